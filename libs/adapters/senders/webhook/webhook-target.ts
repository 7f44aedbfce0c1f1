/** Posts an effect to the workspace's outgoing webhook. Redirects are not followed: a signed body goes where it was meant to go. */
import { Agent, errors, request } from 'undici';
import type { OpenedEffect } from '#engine/effects/effect.js';
import type { OutgoingWebhook, OutgoingWebhooks } from '#engine/effects/outgoing-webhook.js';
import type { Attempt, Target } from '#engine/effects/target.js';
import { type AddressPolicy, AddressRefused, checkUrl, guardedLookup } from './address-guard.js';
import { meaningOf } from './answer.js';
import { payloadOf } from './payload.js';
import { sign } from './signature.js';

export interface WebhookOptions {
  readonly policy: AddressPolicy;
  /** Milliseconds from connecting to the end of the answer; default 10,000. */
  readonly timeoutMs?: number;
  readonly clock?: () => number;
}

/** Of an answer's body that much is kept for the operator. */
const KEPT_BYTES = 512;
const WHILE_PAUSED_MS = 60_000;

export class WebhookTarget implements Target {
  readonly name = 'webhook';
  /** A workspace alone gets half of them. */
  readonly concurrency = 32;
  readonly perWorkspace = true;
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #clock: () => number;

  constructor(
    private readonly webhooks: OutgoingWebhooks,
    private readonly options: WebhookOptions,
  ) {
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#clock = options.clock ?? Date.now;
    this.#agent = new Agent({ connect: { lookup: guardedLookup(options.policy), timeout: this.#timeoutMs } });
  }

  async carryOut(effect: OpenedEffect): Promise<Attempt> {
    const webhook = await this.webhooks.load(effect.workspaceId);
    if (webhook === null) return { result: 'refused', reason: 'no_webhook' };
    if (webhook.state === 'paused') return { result: 'postponed', reason: 'webhook_paused', afterMs: WHILE_PAUSED_MS };
    try {
      return await this.#post(webhook, effect);
    } catch (error) {
      return failureOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #post(webhook: OutgoingWebhook, effect: OpenedEffect): Promise<Attempt> {
    const url = new URL(webhook.url);
    checkUrl(url, this.options.policy);
    const body = payloadOf(effect);
    const now = this.#clock();
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'afterclick',
        'idempotency-key': effect.effectId,
        ...sign(webhook.secret, effect.effectId, now, body),
      },
      body,
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const detail = `HTTP ${statusCode}${await beginningOf(answer)}`;
    return meaningOf(statusCode, first(headers['retry-after']), detail, now);
  }
}

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** The rest of a long body is not read: that closes the connection, which is cheaper than an endless answer. */
async function beginningOf(answer: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of answer) {
    text += chunk.toString('utf8', 0, KEPT_BYTES - text.length);
    if (text.length >= KEPT_BYTES) break;
  }
  return text.trim() === '' ? '' : `: ${text.trim()}`;
}

function failureOf(error: unknown): Attempt {
  const refused = [error, (error as { cause?: unknown } | null)?.cause].find((one) => one instanceof AddressRefused);
  if (refused) return { result: 'refused', reason: 'address_refused', detail: (refused as Error).message };
  const detail = error instanceof Error ? error.message : String(error);
  if ((error as { code?: unknown } | null)?.code === 'ERR_INVALID_URL')
    return { result: 'refused', reason: 'bad_url', detail };
  return { result: 'retry', reason: isTimeout(error) ? 'timeout' : 'unreachable', detail };
}

function isTimeout(error: unknown): boolean {
  if (error instanceof DOMException && error.name === 'TimeoutError') return true;
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  );
}
