/** The timeline of a contact: every line says what happened and, unfolded, why. */
import type { Uuid } from '#contracts/ids.js';
import type { TimelineRow } from '#contracts/read-models.js';
import { deliveryOf } from '../../effects/why.js';
import { type Html, html, type Part } from '../html.js';
import { exact, when } from '../parts/format.js';
import { spoken } from '../parts/kinds.js';
import { sentenceOf } from '../parts/words.js';
import { chainTo, type Episode } from './story.js';

/** What the lines of a page need to explain themselves. */
export interface StoryContext {
  readonly known: ReadonlyMap<Uuid, TimelineRow>;
  readonly sources: ReadonlyMap<Uuid, string>;
  /** The visitor may look at raw deliveries. */
  readonly mayOpen: boolean;
  readonly now: number;
}

export function storyView(episodes: readonly Episode[], context: StoryContext): Html {
  return html`<ol class="story">${episodes.map((episode) => episodeView(episode, context))}</ol>`;
}

function episodeView({ root, after }: Episode, context: StoryContext): Html {
  return html`<li data-key="${root.correlationId}"><span class="spot ${sentenceOf(root).tone}"></span>
${lineView(root, context, true)}${after.length > 0 && html`<div class="after">${after.map((row) => lineView(row, context, false))}</div>`}</li>`;
}

function lineView(row: TimelineRow, context: StoryContext, leads: boolean): Html {
  const { now } = context;
  const at = row.type === 'engagement_recorded' ? row.occurredAt : row.recordedAt;
  return html`<details id="v${row.version}"><summary><span class="words">${!leads && html`<span class="faint">↳</span> `}${sentenceOf(row).words}</span>
<span class="ask">why</span>${leads && html`<span class="faint">${when(at, now)}</span>`}</summary>${whyView(row, context)}</details>`;
}

/** The chain of causes, from the request of the provider to this line. */
function whyView(row: TimelineRow, context: StoryContext): Html {
  const chain = chainTo(row, context.known);
  const root = chain[0] as TimelineRow;
  return html`<div class="why"><ol>${cameFrom(root, context)}${chain.map(step)}</ol></div>`;
}

function step(row: TimelineRow): Html {
  const late = row.recordedAt - row.occurredAt > 60_000 ? html` · happened ${exact(row.occurredAt)}` : null;
  return html`<li><div>${sentenceOf(row).words}</div><div class="faint">event ${row.version} · recorded ${exact(row.recordedAt)}${late}${engine(row)}</div>${seen(row)}</li>`;
}

function engine({ data }: TimelineRow): Part {
  return typeof data['engine'] === 'string' ? html` · engine ${data['engine']}` : null;
}

/** The values that the rule's conditions saw at that moment. */
function seen({ type, pii }: TimelineRow): Part {
  if (type === 'rule_failed')
    return typeof pii?.['error'] === 'string' && html`<pre class="block">${pii['error']}</pre>`;
  const values = pii?.['values'];
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return null;
  const entries = Object.entries(values);
  if (entries.length === 0)
    return html`<div class="faint">It has no conditions: every event of its type fires it.</div>`;
  return html`<dl class="seen" title="What its conditions saw">${entries.map(
    ([name, value]) =>
      html`<div><dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd></div>`,
  )}</dl>`;
}

/** Where the root came from: a delivery, a command, a timer of ours. */
function cameFrom({ data, type, occurredAt }: TimelineRow, { sources, mayOpen }: StoryContext): Html {
  const from = deliveryOf(data);
  if (from === null) return html`<li><div>${ORIGINS[type] ?? 'A command from outside'}</div></li>`;
  const source = sources.get(String(data['sourceId'])) ?? spoken(String(data['provider']));
  const link = mayOpen
    ? html`<a class="link" href="/pages/deliveries/${from.deliveryId}">Delivery ${from.deliveryId.slice(0, 8)}</a>`
    : html`Delivery ${from.deliveryId.slice(0, 8)}`;
  return html`<li><div>${link} from <b>${source}</b>, element ${from.index}</div><div class="faint">${String(data['provider'])} · ${exact(Number(data['receivedAt'] ?? occurredAt))}</div></li>`;
}

const ORIGINS: Readonly<Record<string, string>> = {
  effect_outcome_recorded: 'Delivery carried the effect out',
  notification_taken: 'Somebody in sales',
  notification_done: 'Somebody in sales',
  linked: 'Two addresses turned out to be one person',
};
