/** Contacts, found by words of address and name, or a tag. */
import type { ContactRow } from '#contracts/read-models.js';
import { type Html, html } from '../html.js';
import { empty } from '../parts/empty.js';
import { count, when } from '../parts/format.js';
import { icon } from '../parts/icons.js';
import { spoken } from '../parts/kinds.js';
import { avatar, nameOf, scorePill, suppressionBadge, tagBadge } from '../parts/people.js';

export interface ContactSearch {
  readonly q: string;
  readonly tag: string;
}

export interface ContactList {
  readonly rows: readonly ContactRow[];
  readonly next: string | null;
  readonly search: ContactSearch;
  readonly origin: string;
}

const TAGS_SHOWN = 3;

export function searchForm({ q, tag }: ContactSearch): Html {
  return html`<form class="search" method="get" action="/pages/contacts" role="search">
  ${icon('search')}<input type="search" name="q" value="${q}" placeholder="Name or address   /" aria-label="Name or address" autocomplete="off" spellcheck="false">
  <input class="tagged" name="tag" value="${tag}" placeholder="Tag" aria-label="Tag" autocomplete="off">
  <button>Find</button>
</form>`;
}

export function contactListView({ rows, next, search, origin }: ContactList, now: number): Html {
  if (rows.length === 0) return html`<section class="card">${nobody(search, origin)}</section>`;
  return html`<section class="card">
<table class="people">
<thead><tr><th>Contact</th><th class="wide tags">Tags</th><th class="wide stage">Stage</th><th class="wide last">Last engagement</th><th class="right points">Score</th></tr></thead>
<tbody>${rows.map((row) => contactRow(row, now))}</tbody>
</table>
${next && html`<div class="more"><a class="button" href="${addressOf(search, next)}" rel="next">More</a></div>`}
</section>`;
}

function contactRow(row: ContactRow, now: number): Html {
  const { contactId, tags, stage, lastEngagement, lastEngagementAt, owner } = row;
  const rest = tags.length - TAGS_SHOWN;
  return html`<tr>
  <td><a class="row" href="/pages/contacts/${contactId}" data-row>${avatar(row)}<span class="cut">${nameOf(row)}${
    owner === null ? null : html`<br><small class="faint">${owner}</small>`
  }</span><span class="narrow">${suppressionBadge(row)}</span></a></td>
  <td class="wide"><span class="badges">${suppressionBadge(row)}${tags.slice(0, TAGS_SHOWN).map(tagBadge)}${
    rest > 0 && html`<span class="faint">+${count(rest)}</span>`
  }</span></td>
  <td class="wide soft">${stage ?? '—'}</td>
  <td class="wide soft">${
    lastEngagement === null || lastEngagementAt === null
      ? '—'
      : html`${spoken(lastEngagement)} · ${when(lastEngagementAt, now)}`
  }</td>
  <td class="right">${scorePill(row.score)}</td>
</tr>`;
}

function nobody({ q, tag }: ContactSearch, origin: string): Html {
  if (q !== '' || tag !== '')
    return empty({
      icon: 'search',
      title: 'Nobody matches',
      text: html`No contact’s name or address has ${q === '' ? 'what you looked for' : html`<b>${q}</b>`} in it${tag !== '' && ' and carries that tag'}. <a class="link" href="/pages/contacts">Show everybody</a>.`,
    });
  return empty({
    icon: 'contacts',
    title: 'No contacts yet',
    text: 'Whoever engages with a message becomes a contact by themselves. You can also write one:',
    command: `curl -X PUT ${origin}/v1/contacts -H "Authorization: Bearer $AFTERCLICK_API_KEY" \\\n  -H 'Content-Type: application/json' -d '{"email":"grace@example.com","set":{"company":"Acme"}}'`,
  });
}

function addressOf({ q, tag }: ContactSearch, cursor: string): string {
  const query = new URLSearchParams({ ...(q === '' ? {} : { q }), ...(tag === '' ? {} : { tag }), cursor });
  return `/pages/contacts?${query}`;
}
