/** What a draft would have made of each event of one contact, newest first, with the values its conditions saw. */

import type { Trial } from '#domain/contact/trial/try-rule.js';
import type { Asked } from '#domain/contact/trial/verdict.js';
import type { Tried } from '../../rules/rule-trials.js';
import { type Html, html } from '../html.js';
import { counted, when } from '../parts/format.js';
import { heldBecause, spoken } from '../parts/kinds.js';
import { nameOf } from '../parts/people.js';

const MOST_SHOWN = 200;

const OUTCOMES = {
  fires: ['good', 'would have fired'],
  held: ['warn', 'would have been held back'],
  not: ['mute', 'would not have fired'],
  errs: ['bad', 'its condition errs'],
} as const;

export function triedView(tried: Tried, now: number): Html | null {
  if ('problems' in tried) return null;
  const { contact, events, trials } = tried;
  const fired = trials.filter(({ outcome }) => outcome === 'fires').length;
  const newest = [...trials].reverse().slice(0, MOST_SHOWN);
  return html`<section class="card" id="tried"><header><h2>On ${nameOf(contact)}</h2><span class="faint">${counted(events, 'event')} on record</span></header>
<div class="pad stack"><p>${
    trials.length === 0
      ? 'Nothing on record triggers it.'
      : `${counted(trials.length, 'event')} would have triggered it; it would have fired ${fired === 1 ? 'once' : `${fired} times`}.`
  } <span class="soft">Each is judged on the contact as it was then; what the draft itself would have changed is not seen by later ones, but its limit is.${
    contact.aliases.length > 0 && ' What happened under keys that were merged into it later is not counted here.'
  }</span></p></div>
<ul class="versions">${newest.map((trial) => trialView(trial, now))}</ul>
${trials.length > MOST_SHOWN && html`<p class="pad faint">The newest ${MOST_SHOWN} are shown.</p>`}</section>`;
}

function trialView({ type, occurredAt, outcome, acts, held, where, if: asks }: Trial, now: number): Html {
  const [tone, words] = OUTCOMES[outcome];
  return html`<li><div><span class="badge ${tone}">${words}</span> <b>${spoken(type)}</b> <span class="soft">${when(occurredAt, now)}</span>
  ${acts.length > 0 && html`<p class="soft">${acts.map(spoken).join(', ')}</p>`}
  ${held.map(({ action, reason }) => html`<p class="soft">${spoken(action)}: ${heldBecause(reason)}</p>`)}
  ${askedView('where', where)}${askedView('if', asks)}</div></li>`;
}

function askedView(name: string, asked: Asked | null): Html | null {
  if (asked === null) return null;
  const said = asked.error === null ? String(asked.holds) : `error: ${asked.error}`;
  return html`<dl class="saw"><div><dt>${name}</dt><dd><b>${said}</b></dd></div>${Object.entries(asked.values).map(
    ([reading, value]) => html`<div><dt>${reading}</dt><dd>${JSON.stringify(value)}</dd></div>`,
  )}</dl>`;
}
