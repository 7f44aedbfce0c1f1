/** A request as it came: what was taken from it, what was not understood, headers and body. */
import type { DeliveryRow, QuarantineRow } from '#adapters/postgres/deliveries/recent.js';
import type { QuarantineDetail, RawPart, StoredRequest } from '#contracts/deliveries.js';
import { type Html, html, type Part } from '../html.js';
import type { ActivityLine } from '../live/activity.js';
import { lineView } from '../live/live-view.js';
import { count, exact, when } from '../parts/format.js';
import { spoken } from '../parts/kinds.js';

export interface DeliveryPage {
  readonly row: DeliveryRow;
  readonly source: string | null;
  readonly request: RawPart<StoredRequest> | null;
  readonly quarantined: readonly { readonly row: QuarantineRow; readonly opened: RawPart<QuarantineDetail> | null }[];
  /** Engagements of it that are among the newest on record. */
  readonly lines: readonly ActivityLine[];
}

const LONGEST_BODY = 60_000;

export function deliveryView({ row, source, request, quarantined, lines }: DeliveryPage, now: number): Html {
  const { id, provider, receivedAt, outcome, engagements, unreadable } = row;
  return html`<div class="stack">
<section class="card"><dl class="facts">
  <div><dt>Source</dt><dd>${source ?? html`<span class="faint">deleted</span>`} <small>${provider}</small></dd></div>
  <div><dt>Received</dt><dd>${when(receivedAt, now)} <small class="wide">${exact(receivedAt)}</small></dd></div>
  <div><dt>Outcome</dt><dd>${outcome}</dd></div>
  <div><dt>Engagements</dt><dd class="num">${count(engagements)}</dd></div>
  <div><dt>Quarantined</dt><dd class="num${unreadable > 0 ? ' bad' : ''}">${count(unreadable)}</dd></div>
</dl></section>
${quarantined.length > 0 && html`<section class="card"><header><h2>Not understood</h2></header><div class="pad stack">${quarantined.map(part)}</div></section>`}
${lines.length > 0 && html`<section class="card"><header><h2>What it led to</h2></header><div class="pad stack">${lines.map(lineView)}</div></section>`}
<section class="card"><header><h2>Request</h2><code class="faint">${id}</code></header><div class="pad stack">${
    request === null
      ? html`<p class="soft">The key of that day was destroyed: nobody can open this request any more.</p>`
      : requestView(request)
  }</div></section>
</div>`;
}

function requestView({ about, bytes }: RawPart<StoredRequest>): Part {
  const { method, url, headers } = about;
  return html`<p class="wrap"><span class="badge">${method}</span> <code>${url}</code></p>
<details><summary class="soft">Headers, without credentials</summary><dl class="pairs">${Object.entries(headers).map(
    ([name, value]) => html`<dt><code>${name}</code></dt><dd><code>${value}</code></dd>`,
  )}</dl></details>
<pre class="block"><code>${legible(bytes)}</code></pre>`;
}

function part({ row, opened }: DeliveryPage['quarantined'][number]): Html {
  const where = row.element === null ? 'The whole body' : `Element ${row.element}`;
  return html`<div><p><b>${where}</b> · ${spoken(row.reason)}${opened && html`: <span class="wrap">${opened.about.detail}</span>`}</p>
${opened && html`<pre class="block"><code>${legible(opened.bytes)}</code></pre>`}</div>`;
}

/** JSON is indented; anything else stands as it came. */
function legible(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (text.length > LONGEST_BODY) return `${text.slice(0, LONGEST_BODY)}\n… (${count(bytes.length)} bytes in all)`;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
