/** Sources: where providers post to, what came from each, and what could not be understood. */
import type { QuarantineRow } from '#adapters/postgres/deliveries/recent.js';
import type { SourceView } from '#adapters/postgres/sources/sources.js';
import { PROVIDERS, providerNamed } from '#providers/registry.js';
import { needsKey } from '#providers/source-check.js';
import { endpoint } from '../../sources/source-schemas.js';
import { type Html, html, type Part } from '../html.js';
import { bars } from '../parts/bars.js';
import { empty } from '../parts/empty.js';
import { count, counted, when } from '../parts/format.js';
import { spoken } from '../parts/kinds.js';
import { token } from '../parts/layout.js';
import type { Visitor } from '../session.js';

export interface SourcesPage {
  readonly sources: readonly SourceView[];
  /** Engagements by hour of the last day, oldest first. */
  readonly hours: (source: SourceView) => readonly number[];
  readonly quarantine: readonly QuarantineRow[];
  /** Address of this server, no slash at the end. */
  readonly origin: string;
  readonly mayWrite: boolean;
  readonly mayOpen: boolean;
}

/** A source just made, with the keys that are shown this once. */
export interface MadeSource {
  readonly source: SourceView;
  readonly keys: readonly string[];
  /** The keys were made here and go to the provider; else the provider issued them. */
  readonly ours: boolean;
}

export function sourcesView(shown: SourcesPage, visitor: Visitor, now: number): Html {
  const { sources, quarantine, mayWrite, mayOpen } = shown;
  return html`<div class="stack">
<section class="card">${sources.length === 0 ? nothing(shown) : sources.map((source) => sourceView(source, shown, visitor))}</section>
${mayWrite && newSource(visitor)}
${
  quarantine.length > 0 &&
  html`<section class="card"><header><h2>Quarantine</h2><span class="badge warn">${counted(quarantine.length, 'part')} waiting</span></header>
<table><thead><tr><th>Received</th><th>Source</th><th>Part</th><th>Reason</th></tr></thead><tbody>${quarantine.map(
    (row) => quarantined(row, sources, mayOpen, now),
  )}</tbody></table></section>`
}
</div>`;
}

function sourceView(source: SourceView, { hours, origin, mayWrite }: SourcesPage, visitor: Visitor): Html {
  const { id, name, provider, settings, state } = source;
  const perHour = hours(source);
  const url = endpoint(source, origin);
  const sum = perHour.reduce((total, one) => total + one, 0);
  return html`<div class="source">
  <div><div class="badges"><a class="strong" href="/pages/sources/${id}" data-row>${name}</a>${stateBadge(source)}</div><div class="soft cut">${provider} · ${settings.scheme}</div>
    ${lacksKey(source) && state === 'active' && html`<span class="badge warn">refuses all: its key is not entered</span>`}</div>
  <div class="url"><code title="${url}">${url}</code><button class="small" type="button" data-copy="${url}">Copy</button></div>
  <div class="wide">${bars(perHour, 'Engagements by hour, last day')}<span class="faint num">${count(sum)} in the last day</span></div>
  <div>${mayWrite && pauseOrResume(source, visitor)}</div>
</div>`;
}

/** True while a source that is verified by a key has none. */
function lacksKey({ provider: name, settings, hasKeys }: SourceView): boolean {
  const provider = providerNamed(name);
  return !hasKeys && provider !== undefined && needsKey(provider, settings.scheme);
}

export function stateBadge({ state }: SourceView): Html {
  return html`<span class="badge ${state === 'active' ? 'good' : 'warn'}">${state}</span>`;
}

function pauseOrResume({ id, state }: SourceView, visitor: Visitor): Html {
  const command = state === 'active' ? 'pause' : 'resume';
  return html`<form method="post" action="/pages/sources/${id}/${command}">${token(visitor)}<button class="small">${
    command === 'pause' ? 'Pause' : 'Resume'
  }</button></form>`;
}

function newSource(visitor: Visitor): Html {
  const names = PROVIDERS.map(({ name }) => name).toSorted();
  return html`<section class="card"><header><h2>New source</h2></header><form class="pad form" method="post" action="/pages/sources">${token(visitor)}
  <div class="fields"><label>Name<input id="source-name" name="name" required maxlength="100" placeholder="newsletter"></label>
  <label>Provider<select id="source-provider" name="provider">${names.map((name) => html`<option${name === 'sendgrid' ? html` selected` : null}>${name}</option>`)}</select></label>
  <label>Key that the provider shows<input id="source-key" name="key" autocomplete="off" spellcheck="false" placeholder="leave empty to have one made"></label>
  <label>SNS topic<input id="source-topic" name="topic" autocomplete="off" spellcheck="false" placeholder="for ses only: arn:aws:sns:…"></label>
  <button class="main">Create</button></div></form></section>`;
}

/** After a source was made: its address, and its keys for the only time. */
export function madeView({ source, keys, ours }: MadeSource, origin: string): Html {
  const url = endpoint(source, origin);
  const copied = (name: string, text: string): Html =>
    html`<label>${name}<span class="url"><code>${text}</code><button class="small" type="button" data-copy="${text}">Copy</button></span></label>`;
  return html`<section class="card"><header><h2>Source ${source.name} is there</h2></header><div class="pad form">
  ${copied('Enter this address at the provider', url)}
  ${ours && keys.map((key) => copied('Its secret, shown this once', key))}
  ${lacksKey(source) && html`<p class="note bad">It refuses everything until the key that the provider shows is entered.</p>`}
  <p><a class="button" href="/pages/sources">To the sources</a></p></div></section>`;
}

function quarantined(row: QuarantineRow, sources: readonly SourceView[], mayOpen: boolean, now: number): Html {
  const part = row.element === null ? 'whole body' : `element ${row.element}`;
  const source = sources.find(({ id }) => id === row.sourceId)?.name ?? '(deleted)';
  return html`<tr><td>${when(row.receivedAt, now)}</td><td>${source}</td>
<td>${mayOpen ? html`<a class="link" href="/pages/deliveries/${row.deliveryId}" data-row>${part}</a>` : part}</td><td>${spoken(row.reason)}</td></tr>`;
}

function nothing({ origin }: SourcesPage): Html {
  return empty({
    icon: 'sources',
    title: 'No sources yet',
    text: 'A source is one webhook endpoint of one provider. Make it below, or by the API:',
    command: `curl -X POST ${origin}/v1/sources -H "Authorization: Bearer $AFTERCLICK_API_KEY" \\\n  -H 'Content-Type: application/json' -d '{"name":"website","provider":"generic-hmac"}'`,
  });
}

export interface SourceDetail {
  readonly source: SourceView;
  readonly origin: string;
  /** By engagement type, of the last day. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly deliveries: Part;
}

export function sourceDetailView({ source, origin, types, deliveries }: SourceDetail, now: number): Html {
  const { provider, settings, policy, createdAt, oldKeysUntil, hasKeys } = source;
  const url = endpoint(source, origin);
  return html`<div class="stack"><section class="card"><div class="pad form">
  <div class="url"><code title="${url}">${url}</code><button class="small" type="button" data-copy="${url}">Copy</button></div></div>
  <dl class="facts"><div><dt>Provider</dt><dd>${provider}</dd></div><div><dt>Verified by</dt><dd>${settings.scheme}</dd></div>
  <div><dt>Keys</dt><dd>${hasKeys ? 'entered' : 'none'}${oldKeysUntil !== null && oldKeysUntil > now && html` <small>old ones until ${when(oldKeysUntil, now)}</small>`}</dd></div>
  ${policy.addresses && html`<div><dt>Lets in</dt><dd>${policy.addresses.join(', ')}</dd></div>`}
  ${policy.ratePerSecond && html`<div><dt>At most</dt><dd>${policy.ratePerSecond} a second</dd></div>`}
  <div><dt>Created</dt><dd>${when(createdAt, now)}</dd></div></dl></section>
  ${
    types.length > 0 &&
    html`<section class="card"><header><h2>Engagements of the last day</h2></header><div class="pad tallies">${types.map(
      ({ type, count: times }) => html`<span class="tally"><b>${count(times)}</b><span>${spoken(type)}</span></span>`,
    )}</div></section>`
  }
  ${deliveries}</div>`;
}
