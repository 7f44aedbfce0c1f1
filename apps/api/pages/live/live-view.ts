/** The live stream: time, source, what came in, about whom, and what followed. */
import type { RecentEvent } from '#adapters/postgres/event-store/recent.js';
import { type Html, html, type Part } from '../html.js';
import { empty } from '../parts/empty.js';
import { counted, short, when } from '../parts/format.js';
import { actorBadge, engagementBadge, heldBecause, spoken, type Tone } from '../parts/kinds.js';
import type { Activity, ActivityLine } from './activity.js';

const LINES = 6;

export function liveView(activity: readonly Activity[], now: number, nothing: Html): Html {
  if (activity.length === 0) return html`<section class="card">${nothing}</section>`;
  return html`<section class="card"><ul class="deliveries">${activity.map((one) => delivered(one, now))}</ul></section>`;
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
  const rest = lines.length - LINES;
  return html`<li data-key="${id}">
  <div class="at soft">${when(receivedAt, now)}</div>
  <div class="from cut"><a class="strong" href="/pages/deliveries/${id}" data-row title="Delivery ${id}">${source ?? provider}</a></div>
  <div class="lines">${lines.slice(0, LINES).map(lineView)}${
    rest > 0 && html`<a class="soft" href="/pages/deliveries/${id}">and ${rest} more</a>`
  }${lines.length === 0 && html`<span class="faint">${nothingIn(delivery)}</span>`}</div>
  <div class="end badges">${endings(delivery, known)}</div>
</li>`;
}

function nothingIn({ outcome, engagements, unreadable }: Activity['delivery']): string {
  if (outcome === 'handshake') return 'The provider asked whether this endpoint is ours; it was answered.';
  if (outcome === 'ignored') return 'Verified; nothing in it is an engagement.';
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
    html`<span class="badge ${tones[outcome] ?? 'mute'}">${outcome}</span>`,
  ];
}

/** One engagement: what, by whom, what followed. */
export function lineView({ contactId, email, data, led }: ActivityLine): Html {
  const chips = led.map(chip).filter((one) => one !== null);
  return html`<div class="line">${engagementBadge(String(data['engagement'] ?? 'unknown'))}${actorBadge(data['actor'], data['actorDerived'])}
    <a class="link cut" href="/pages/contacts/${contactId}">${email ?? `contact ${short(contactId)}`}</a>
    ${chips.length > 0 && html`<span class="arrow">→</span>${chips}`}</div>`;
}

/** What an engagement led to, where it is worth a word in the stream. */
function chip({ type, data }: RecentEvent): Html | null {
  switch (type) {
    case 'rule_fired':
      return html`<span class="badge accent">${String(data['rule'])} fired</span>`;
    case 'rule_held':
      return html`<span class="badge" title="${heldBecause(data['reason'])}">${String(data['rule'])} held</span>`;
    case 'rule_failed':
      return html`<span class="badge bad">${String(data['rule'])} failed</span>`;
    case 'suppressed':
      return html`<span class="badge bad">suppressed</span>`;
    case 'suppression_lifted':
      return html`<span class="badge good">suppression lifted</span>`;
    case 'enrolled':
      return html`<span class="badge accent">enrolled in ${String(data['sequence'])}</span>`;
    case 'score_added':
      return html`<span class="badge">score ${Number(data['points']) < 0 ? '' : '+'}${String(data['points'])}</span>`;
    case 'effect_requested':
      return html`<span class="badge sky">${spoken(String(data['kind']))}</span>`;
    default:
      return null;
  }
}
