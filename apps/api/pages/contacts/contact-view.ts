/** A contact: who it is, how it stands, and its timeline. */
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow, EnrollmentRow, SuppressionRow } from '#contracts/read-models.js';
import { addressesOf } from '../../contacts/contact-schemas.js';
import { type Html, html, type Part } from '../html.js';
import { count, when } from '../parts/format.js';
import { scopeWords, spoken, suppressedBecause } from '../parts/kinds.js';
import { avatar, nameOf, suppressionBadge, tagBadge } from '../parts/people.js';
import type { Episode } from './story.js';
import { type StoryContext, storyView } from './story-view.js';

export interface ContactPage {
  /** The id that was asked for: perhaps an alias's. */
  readonly asked: Uuid;
  readonly contact: ContactRow;
  readonly suppressions: readonly SuppressionRow[];
  readonly enrollments: readonly EnrollmentRow[];
  readonly episodes: readonly Episode[];
  /** Where the timeline goes on; null at its beginning. */
  readonly older: string | null;
}

export function contactView(
  { asked, contact, suppressions, enrollments, episodes, older }: ContactPage,
  context: StoryContext,
): Html {
  const { now } = context;
  return html`<div class="stack">
<section class="card">
  <div class="person">${avatar(contact, true)}<div><h1>${nameOf(contact)}</h1>
  <div class="badges">${contact.erased && html`<span class="badge bad">erased</span>`}${suppressionBadge(contact)}${contact.tags.map(tagBadge)}</div></div></div>
  ${asked !== contact.contactId && html`<div class="pad"><p class="note">The contact you asked for has become part of this one.</p></div>`}
  <dl class="facts">
    ${fact('Score', html`<span class="num">${count(contact.score)}</span>`)}
    ${fact('Stage', contact.stage ?? html`<span class="faint">none</span>`)}
    ${fact('Owner', contact.owner === null ? html`<span class="faint">nobody</span>` : html`<div class="cut" title="${contact.owner}">${contact.owner}</div>`)}
    ${fact('Engagements', html`<span class="num">${count(contact.engagements)}</span>`)}
    ${fact('Last', lastOf(contact, now))}
  </dl>
</section>
<div class="two">
  <section class="card"><header><h2>Timeline</h2></header>${storyView(episodes, context)}
  ${older !== null && html`<div class="more"><a class="button" href="/pages/contacts/${contact.contactId}?cursor=${older}" rel="next">Older</a></div>`}</section>
  <div class="stack">
    ${aside('Attributes', attributes(contact))}
    ${
      suppressions.length > 0 &&
      aside(
        'Suppression',
        suppressions.map((one) => suppressionLine(one, addressesOf(contact).length > 1, now)),
      )
    }
    ${
      enrollments.length > 0 &&
      aside(
        'Sequences',
        enrollments.map((one) => enrollmentLine(one, now)),
      )
    }
    ${(contact.aliases.length > 0 || addressesOf(contact).length > 1) && aside('Known as', keysOf(contact))}
    ${aside('Record', recordOf(contact, now))}
  </div>
</div>
</div>`;
}

function fact(name: string, value: Part): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function lastOf({ lastEngagement, lastEngagementAt }: ContactRow, now: number): Part {
  if (lastEngagement === null || lastEngagementAt === null) return html`<span class="faint">nothing yet</span>`;
  return html`${spoken(lastEngagement)} <small>${when(lastEngagementAt, now)}</small>`;
}

function aside(title: string, body: Part): Html {
  return html`<section class="card"><header><h2>${title}</h2></header><div class="pad stack">${body}</div></section>`;
}

function attributes({ attributes }: ContactRow): Part {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return html`<p class="faint">None set.</p>`;
  return html`<dl class="pairs">${entries.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>`,
  )}</dl>`;
}

/** `whose`: it is one of several addresses. */
function suppressionLine(
  { email, scope, reason, since, liftedAt, liftedReason }: SuppressionRow,
  whose: boolean,
  now: number,
): Html {
  const lifted = liftedAt !== null;
  return html`<div><span class="badge ${lifted ? 'mute' : 'bad'}">${scopeWords(scope)}</span>
  ${whose && email !== null && html`<div class="wrap">${email}</div>`}
  <div class="soft">after ${suppressedBecause(reason)}, ${when(since, now)}${
    lifted && html`<br>lifted after ${suppressedBecause(liftedReason ?? '')}, ${when(liftedAt, now)}`
  }</div></div>`;
}

function enrollmentLine({ sequence, state, rule, enrolledAt }: EnrollmentRow, now: number): Html {
  const over = state === 'exited' && html` <span class="badge mute">exited</span>`;
  return html`<div><span class="strong">${sequence}</span>${over}<div class="soft">since ${when(enrolledAt, now)}${rule && html`, by ${rule}`}</div></div>`;
}

/** Its addresses, the present one first, and its other keys. */
function keysOf({ email, addresses, identities, aliases }: ContactRow): Html {
  const others = addressesOf({ addresses }).filter((address) => address !== email);
  const keys = identities.filter((one) => !one.startsWith('email:'));
  return html`<ul class="keys">${email !== null && html`<li><span class="strong wrap">${email}</span></li>`}${others.map(
    (address) => html`<li class="wrap">${address}</li>`,
  )}${keys.map((key) => html`<li class="wrap soft">${key}</li>`)}</ul>
${aliases.length > 0 && html`<p class="soft">${aliases.length === 1 ? 'Another contact has' : `${count(aliases.length)} other contacts have`} become part of it; the timeline has what happened to ${aliases.length === 1 ? 'it' : 'them'}.</p>`}`;
}

function recordOf({ contactId, createdAt, updatedAt, appliedVersion }: ContactRow, now: number): Html {
  return html`<dl class="pairs"><dt>Id</dt><dd><code>${contactId}</code></dd><dt>Events</dt><dd class="num">${count(appliedVersion)}</dd>
<dt>First seen</dt><dd>${when(createdAt, now)}</dd><dt>Changed</dt><dd>${when(updatedAt, now)}</dd></dl>`;
}
