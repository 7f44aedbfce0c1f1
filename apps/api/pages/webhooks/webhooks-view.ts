/** Webhooks: who is told of changes, of which, and whether they take it. */
import type { Webhook } from '#adapters/postgres/webhooks/webhooks.js';
import type { Uuid } from '#contracts/ids.js';
import type { ChangeFilter } from '#engine/webhooks/filter.js';
import type { WebhookDesk } from '../../webhooks/webhook-desk.js';
import { shownUrl } from '../../webhooks/webhook-schemas.js';
import { type Html, html, type Part } from '../html.js';
import { empty } from '../parts/empty.js';
import { counted, when } from '../parts/format.js';
import { spoken } from '../parts/kinds.js';
import { token } from '../parts/layout.js';
import type { Visitor } from '../session.js';

/** What came of a test that was asked for just now. */
export interface Tried {
  readonly webhookId: Uuid;
  readonly outcome: Awaited<ReturnType<WebhookDesk['test']>>;
}

export interface WebhooksPage {
  readonly webhooks: readonly Webhook[];
  readonly tried: Tried | null;
  readonly mayTest: boolean;
}

const TONE: Readonly<Record<Webhook['state'], string>> = { active: 'good', paused: 'warn', disabled: 'bad' };

export function webhooksView({ webhooks, tried, mayTest }: WebhooksPage, visitor: Visitor, now: number): Html {
  if (webhooks.length === 0)
    return html`<section class="card">${empty({
      icon: 'bolt',
      title: 'Nobody is told of changes yet',
      text: 'A webhook is told of each change of a contact, signed and in order. Subscribe an address by command:',
      command: 'npx afterclick webhooks create crm https://crm.example.com/hooks/afterclick',
    })}</section>`;
  return html`<section class="card"><header><h1>Webhooks</h1><span class="faint">told of changes of contacts</span></header>
<table><thead><tr><th>Receiver</th><th>State</th><th class="wide">Is told</th><th></th></tr></thead>
<tbody>${webhooks.map((one) => webhookRow(one, tried, mayTest && testButton(one, visitor), now))}</tbody></table></section>`;
}

function webhookRow(one: Webhook, tried: Tried | null, button: Part, now: number): Html {
  const { id, name, url, state, filter } = one;
  return html`<tr>
  <td><span class="strong">${name}</span><div class="soft wrap">${shownUrl(url)}</div>${troubleOf(one, now)}${
    tried?.webhookId === id && triedView(tried)
  }</td>
  <td class="fit"><span class="badge ${TONE[state]}">${state}</span></td>
  <td class="soft wide">${inWords(filter)}</td>
  <td class="fit">${button}</td>
</tr>`;
}

function troubleOf({ state, disabledReason, failures, failingSince, holdUntil }: Webhook, now: number): Part {
  if (state === 'disabled') return html`<div class="soft">disabled: ${spoken(disabledReason ?? 'unknown')}</div>`;
  if (failures === 0 || failingSince === null) return null;
  return html`<div class="soft">${counted(failures, 'failure')} in a row since ${when(failingSince, now)}${
    holdUntil !== null && holdUntil > now && html`, asked again ${when(holdUntil, now)}`
  }</div>`;
}

function triedView({ outcome: { delivered, status, reason, tookMs } }: Tried): Html {
  const said = status === null ? spoken(reason ?? 'no answer') : `answered ${status}`;
  return html`<p class="note ${delivered ? 'good' : 'bad'}">Test ${delivered ? 'delivered' : 'failed'}: ${said} after ${tookMs} ms.</p>`;
}

function inWords({ fields, tags, stages, suppressed }: ChangeFilter): string {
  const parts = [
    fields && `changes of ${fields.join(', ')}`,
    tags && `tagged ${tags.join(' or ')}`,
    stages && `in stage ${stages.join(' or ')}`,
    suppressed !== undefined && (suppressed ? 'suppressed' : 'not suppressed'),
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? 'every change' : parts.join('; ');
}

function testButton({ id }: Webhook, visitor: Visitor): Html {
  return html`<form method="post" action="/pages/webhooks/${id}/test">${token(visitor)}<button class="small">Test</button></form>`;
}
