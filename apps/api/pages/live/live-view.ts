/** The live stream: time, source, what came in, about whom, and what followed. */
import type { RecentEvent } from '#adapters/postgres/event-store/recent.js';
import type { JsonObject } from '#contracts/json.js';
import { type Html, html, type Part } from '../html.js';
import { empty } from '../parts/empty.js';
import { count, counted, short, when } from '../parts/format.js';
import { actorBadge, engagementBadge, heldBecause, spoken, type Tone } from '../parts/kinds.js';
import type { Activity, ActivityLine } from './activity.js';

const ROWS = 6;
const NAMES = 3;

/** `one`: all of one source, whose name then need not stand on every line. `nothing`: shown while there is none. */
export function liveView(activity: readonly Activity[], now: number, nothing: Html, one = false): Html {
  if (activity.length === 0) return html`<section class="card">${nothing}</section>`;
  return html`<section class="card"><ul class="deliveries${one ? ' of-one' : ''}">${activity.map((each) => delivered(each, now))}</ul></section>`;
}

/** What to do while nothing has come in. */
export function waitingForTraffic(): Html {
  return empty({
    icon: 'live',
    title: 'Nothing has come in yet',
    text: html`Every webhook of your providers appears here the moment it arrives. Register its endpoint under <a class="link" href="/pages/sources">Sources</a>, or let the demo send a morning’s traffic:`,
    command: 'npm run demo',
  });
}

function delivered({ delivery, source, lines, known }: Activity, now: number): Html {
  const { id, receivedAt, provider } = delivery;
  const rows = gathered(lines);
  const rest = rows.slice(ROWS).reduce((sum, row) => sum + row.length, 0);
  return html`<li data-key="${id}">
  <div class="at soft"><a href="/pages/deliveries/${id}">${when(receivedAt, now)}</a></div>
  <div class="from cut"><a class="strong" href="/pages/deliveries/${id}" data-row title="Delivery ${id}">${source ?? provider}</a></div>
  <div class="lines">${rows.slice(0, ROWS).map((row) => (row.length === 1 ? row.map(lineView) : alikeView(row)))}${
    rest > 0 && html`<a class="soft" href="/pages/deliveries/${id}">and ${count(rest)} more</a>`
  }${lines.length === 0 && html`<span class="faint">${nothingIn(delivery, known)}</span>`}</div>
  <div class="end badges">${endings(delivery, known)}</div>
</li>`;
}

/** Lines of one type that led to nothing more are told in one row. */
function gathered(lines: readonly ActivityLine[]): readonly (readonly ActivityLine[])[] {
  const rows: ActivityLine[][] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (last !== undefined && alike(last[0] as ActivityLine, line)) last.push(line);
    else rows.push([line]);
  }
  return rows;
}

function alike(a: ActivityLine, b: ActivityLine): boolean {
  const quiet = chipsOf(a).length === 0 && chipsOf(b).length === 0;
  return quiet && a.data['engagement'] === b.data['engagement'] && a.data['actor'] === b.data['actor'];
}

function alikeView(lines: readonly ActivityLine[]): Html {
  const { data } = lines[0] as ActivityLine;
  const rest = lines.length - NAMES;
  return html`<div class="line">${markOf(data)}${lines.slice(0, NAMES).map(contactLink)}${rest > 0 && html`<span class="soft">and ${counted(rest, 'other')}</span>`}</div>`;
}

function nothingIn({ outcome, engagements, unreadable }: Activity['delivery'], known: number): string {
  if (outcome === 'handshake') return 'The provider asked whether this endpoint is ours; it was answered.';
  if (outcome === 'ignored') return 'Verified; nothing in it is an engagement.';
  if (known > 0) return 'Sent again: it was on record before, and changed nothing.';
  if (engagements > 0) return counted(engagements, 'engagement');
  return unreadable > 0 ? 'Verified, but not understood: kept in quarantine.' : 'Verified; empty.';
}

function endings({ outcome, unreadable }: Activity['delivery'], known: number): Part {
  const tones: Readonly<Record<string, Tone>> = { accepted: 'good', malformed: 'bad' };
  return [
    known > 0 &&
      html`<span class="badge" title="It came before: it changed nothing again">${counted(known, 'duplicate')}</span>`,
    unreadable > 0 &&
      html`<span class="badge warn" title="Not understood; kept with its raw bytes">${unreadable} quarantined</span>`,
    html`<span class="badge ${tones[outcome] ?? 'mute'}${outcome === 'accepted' ? ' wide' : ''}">${outcome}</span>`,
  ];
}

/** One engagement: what, by whom, what followed. */
export function lineView(line: ActivityLine): Html {
  const chips = chipsOf(line);
  return html`<div class="line">${markOf(line.data)}${contactLink(line)}${
    chips.length > 0 && html`<span class="arrow">→</span>${chips.map(chipView)}`
  }</div>`;
}

function markOf(data: JsonObject): Part {
  return [engagementBadge(String(data['engagement'] ?? 'unknown')), actorBadge(data['actor'], data['actorDerived'])];
}

function contactLink({ contactId, email }: ActivityLine): Html {
  return html`<a class="link cut" href="/pages/contacts/${contactId}">${email ?? `contact ${short(contactId)}`}</a>`;
}

interface Chip {
  readonly tone: Tone;
  readonly text: string;
  readonly title?: string;
}

function chipView({ tone, text, title }: Chip): Html {
  return html`<span class="badge ${tone}"${title === undefined ? null : html` title="${title}"`}>${text}</span>`;
}

/** What an engagement led to, each said once. */
function chipsOf({ led }: ActivityLine): readonly Chip[] {
  const chips = led.map(chipOf).filter((one) => one !== null);
  return [...new Map(chips.map((one) => [one.text, one])).values()];
}

/** What an engagement led to, where it is worth a word in the stream. */
function chipOf({ type, data }: RecentEvent): Chip | null {
  switch (type) {
    case 'rule_fired':
      return { tone: 'accent', text: `${data['rule']} fired` };
    case 'rule_held':
      return { tone: 'mute', text: `${data['rule']} held`, title: heldBecause(data['reason']) };
    case 'rule_failed':
      return { tone: 'bad', text: `${data['rule']} failed` };
    case 'suppressed':
      return { tone: 'bad', text: 'suppressed' };
    case 'suppression_lifted':
      return { tone: 'good', text: 'suppression lifted' };
    case 'enrolled':
      return { tone: 'accent', text: `enrolled in ${data['sequence']}` };
    case 'score_added':
      return { tone: 'mute', text: `score ${Number(data['points']) < 0 ? '' : '+'}${data['points']}` };
    case 'effect_requested':
      return { tone: 'sky', text: spoken(String(data['kind'])) };
    default:
      return null;
  }
}
