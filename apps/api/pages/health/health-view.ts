/** How the engine is: what is wrong and why, how far each consumer is, whether the books balance, what waits for a person. */
import type { DeadLetter } from '#adapters/postgres/effect-queue/dead-letters.js';
import type { BooksSum } from '#adapters/postgres/event-store/books.js';
import type { PartitionStatus } from '#engine/log/log.js';
import type { Check } from '#platform/health/readiness.js';
import type { WatchedGroup } from '#platform/health/watched.js';
import type { OpenedParked } from '../../parked/parked.js';
import { type Html, html, type Part } from '../html.js';
import { count, counted, short, when } from '../parts/format.js';
import { spoken } from '../parts/kinds.js';
import { token } from '../parts/layout.js';
import type { Visitor } from '../session.js';

export interface HealthPage {
  readonly checks: readonly Check[];
  readonly groups: readonly WatchedGroup[];
  /** Of the last day, by source, with the source's name. */
  readonly books: readonly (BooksSum & { readonly name: string })[];
  readonly queued: number;
  readonly parked: readonly OpenedParked[];
  readonly deadLetters: readonly DeadLetter[];
  readonly mayAct: boolean;
}

const LAGS = 100;
const NAMES: Readonly<Record<string, string>> = {
  database: 'Database',
  log: 'Log',
  rules: 'Rules',
  relay: 'Relay',
  workers: 'Delivery workers',
  sources: 'Sources',
  parked: 'Parked inputs',
  quarantine: 'Quarantine',
  gaps: 'Gaps of sources',
  webhooks: 'Webhooks',
  timers: 'Timers',
  delivery: 'Delivery',
  projection: 'Projection',
};

export function readyBadge(checks: readonly Check[]): Html {
  const ready = checks.every(({ ok }) => ok);
  return html`<span class="badge ${ready ? 'good' : 'bad'}"><span class="dot ${ready ? 'good' : 'bad'}"></span>${ready ? 'ready' : 'not ready'}</span>`;
}

export function healthView(shown: HealthPage, visitor: Visitor, now: number): Html {
  const { checks, groups, books, queued, parked, deadLetters } = shown;
  return html`<div class="stack">
<section class="card"><ul class="checks">${checks.map(checkView)}</ul></section>
<section class="card"><dl class="facts">
  <div><dt>Behind</dt><dd class="num">${counted(lagOf(groups), 'record')}</dd></div>
  <div><dt>Effects waiting</dt><dd class="num">${count(queued)}</dd></div>
  <div><dt>Parked inputs</dt><dd class="num${parked.length > 0 ? ' bad' : ''}">${many(parked)}</dd></div>
  <div><dt>Dead letters</dt><dd class="num${deadLetters.length > 0 ? ' bad' : ''}">${many(deadLetters)}</dd></div>
</dl></section>
${groups.length > 0 && html`<section class="card"><header><h2>Consumers</h2><span class="faint">records behind, by partition</span></header><table><tbody>${groups.map(groupView)}</tbody></table></section>`}
${booksView(books)}
${
  parked.length > 0 &&
  section(
    'Parked inputs',
    'set aside, with later ones of the same contact behind them',
    parked.map((row) => parkedView(row, shown, visitor, now)),
  )
}
${
  deadLetters.length > 0 &&
  section(
    'Dead letters',
    'refused for good, or tried too often',
    deadLetters.map((row) => deadView(row, shown, visitor, now)),
  )
}
</div>`;
}

const SHOWN_AT_MOST = 50;
const many = (rows: readonly unknown[]): string =>
  rows.length > SHOWN_AT_MOST ? `${SHOWN_AT_MOST}+` : count(rows.length);

function lagOf(groups: readonly WatchedGroup[]): number {
  return groups.reduce(
    (sum, { partitions }) => sum + partitions.reduce((all, one) => all + Math.max(0, one.end - one.next), 0),
    0,
  );
}

function checkView({ part, ok, reasons }: Check): Html {
  return html`<li${ok ? null : html` class="ill"`}><span class="dot ${ok ? 'good' : 'bad'}"></span><div><span class="strong">${NAMES[part] ?? spoken(part)}</span> ${
    ok ? html`<span class="soft">is well</span>` : null
  }${reasons.map((reason) => html`<div class="soft wrap">${reason}</div>`)}</div></li>`;
}

function groupView({ group, topic, partitions }: WatchedGroup): Html {
  return html`<tr><td class="fit"><span class="strong">${group}</span><br><small class="faint">${topic}</small></td><td><div class="lags">${partitions.map(lagView)}</div></td></tr>`;
}

function lagView({ partition, owned, next, end, trouble }: PartitionStatus): Html {
  const behind = Math.max(0, end - next);
  const tone = trouble !== null ? ' bad' : !owned ? ' none' : behind > LAGS ? ' warn' : '';
  const about = trouble ?? (owned ? `next ${count(next)}, end ${count(end)}` : 'owned by another process');
  return html`<span class="lag${tone}" title="Partition ${partition}: ${about}">${count(behind)}</span>`;
}

function booksView(books: HealthPage['books']): Part {
  if (books.length === 0) return null;
  const open = books.reduce((sum, one) => sum + Math.max(0, one.difference), 0);
  const beyond = books.reduce((sum, one) => sum + Math.max(0, -one.difference), 0);
  const cell = (value: number, also = '') =>
    html`<td class="right num${also}">${value === 0 ? html`<span class="faint">0</span>` : count(value)}</td>`;
  return html`<section class="card"><header><h2>Books of the last day</h2><span class="badge ${open === 0 ? 'good' : 'warn'}" title="Every accepted engagement ends in exactly one column. Beyond those, Kafka may hold what a retry brought twice, or what was brought by a request that was cut short and sent again: applied once all the same.">${
    open > 0 ? `${count(open)} under way` : beyond > 0 ? `balanced, ${count(beyond)} beyond` : 'balanced'
  }</span></header><table><thead><tr><th>Source</th><th class="right">Accepted</th><th class="right">Applied</th><th class="right wide">Duplicate</th><th class="right wide">Too late</th><th class="right wide">Parked</th><th class="right wide">Quarantined</th><th class="right">Open</th></tr></thead><tbody>${books.map(
    (one) =>
      html`<tr><td>${one.name}</td>${cell(one.accepted)}${cell(one.applied)}${cell(one.duplicate, ' wide')}${cell(one.tooLate, ' wide')}${cell(one.parked, ' wide')}${cell(one.quarantined, ' wide')}${cell(one.difference)}</tr>`,
  )}</tbody></table></section>`;
}

function section(title: string, about: string, rows: Part): Html {
  return html`<section class="card"><header><h2>${title}</h2><span class="faint">${about}</span></header><table><tbody>${rows}</tbody></table></section>`;
}

function parkedView(row: OpenedParked, { mayAct }: HealthPage, visitor: Visitor, now: number): Html {
  const { contactId, type, reason, error, parkedAt } = row;
  const about = reason === 'behind' ? 'waits behind an earlier one' : (error ?? 'could not be decided');
  return html`<tr><td><span class="strong">${spoken(type)}</span>${contactId && html` of <a class="link" href="/pages/contacts/${contactId}">contact ${short(contactId)}</a>`}
<div class="soft wrap">${about}</div></td><td class="fit soft">${when(parkedAt, now)}</td><td class="fit">${
    mayAct && contactId && reason === 'poison' && button(visitor, `parked/${contactId}/replay`, 'Replay')
  }</td></tr>`;
}

function deadView(row: DeadLetter, { mayAct }: HealthPage, visitor: Visitor, now: number): Html {
  const { effectId, target, contactId, kind, attempts, reason, settledAt } = row;
  return html`<tr><td><span class="strong">${kind} → ${target}</span> for <a class="link" href="/pages/contacts/${contactId}">contact ${short(contactId)}</a>
<div class="soft">${spoken(reason ?? 'unknown')} after ${counted(attempts, 'attempt')}</div></td><td class="fit soft">${when(settledAt, now)}</td><td class="fit"><div class="inline">${
    mayAct && [
      button(visitor, `dead-letters/${effectId}/${target}/replay`, 'Replay'),
      button(visitor, `dead-letters/${effectId}/${target}/discard`, 'Discard', true),
    ]
  }</div></td></tr>`;
}

function button(visitor: Visitor, action: string, name: string, danger = false): Html {
  return html`<form method="post" action="/pages/health/${action}">${token(visitor)}<button class="small${danger ? ' danger' : ''}">${name}</button></form>`;
}
