/** Imports, the latest first: what became of their rows, and why one failed. */
import type { Import, ImportState } from '#engine/imports/import.js';
import { type Html, html, type Part } from '../html.js';
import { empty } from '../parts/empty.js';
import { count, counted, short, when } from '../parts/format.js';

const TONE: Readonly<Record<ImportState, string>> = {
  receiving: 'sky',
  waiting: 'sky',
  running: 'accent',
  finished: 'good',
  failed: 'bad',
};

export function importsView(imports: readonly Import[], now: number): Html {
  if (imports.length === 0)
    return html`<section class="card">${empty({
      icon: 'contacts',
      title: 'No imports yet',
      text: 'A file of contacts, or of a provider’s exported events, is handed over by command:',
      command: 'npx afterclick contacts import people.csv --dry-run',
    })}</section>`;
  return html`<section class="card"><header><h1>Imports</h1><span class="faint">of contacts and of provider history</span></header>
<table><thead><tr><th>File</th><th class="wide">State</th><th class="right">Rows</th><th class="right wide">Changed</th><th class="right wide">Same already</th><th class="right">Rejected</th><th class="wide">Begun</th></tr></thead>
<tbody>${imports.map((one) => importRow(one, now))}</tbody></table></section>`;
}

function importRow(one: Import, now: number): Html {
  const { id, kind, wish, state, counts, about, createdAt } = one;
  const marks = [wish.dryRun && 'dry run', wish.fire && 'fires rules'].filter((mark) => typeof mark === 'string');
  const badge = html`<span class="badge ${TONE[state]}">${state}</span>`;
  const what = kind === 'contacts' ? 'Contacts' : 'Provider history';
  return html`<tr>
  <td><span class="strong">${what}</span> <span class="narrow">${badge}</span> <span class="faint">${wish.format} · ${short(id)}</span>${marks.map((mark) => html` <span class="badge">${mark}</span>`)}
    ${about.error !== undefined && html`<div class="soft wrap">${about.error}</div>`}${progressOf(one)}</td>
  <td class="fit wide">${badge}</td>
  <td class="right num">${count(counts.rows)}</td>
  <td class="right num wide">${count(counts.changed)}</td>
  <td class="right num wide">${count(counts.unchanged)}</td>
  <td class="right num">${counts.rejected === 0 ? html`<span class="faint">0</span>` : count(counts.rejected)}</td>
  <td class="fit soft wide">${when(createdAt, now)}</td>
</tr>`;
}

/** Of a file that is on its way its bytes; how many rows it has is known at its end only. */
function progressOf({ state, size, received }: Import): Part {
  if (state !== 'receiving') return null;
  const share = Math.floor((100 * received) / size);
  return html`<div class="soft">${share} % of ${counted(size, 'byte')} are here; the same command goes on</div>`;
}
