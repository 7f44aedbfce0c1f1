/** One signed POST to a receiver. Redirects are not followed: a signed body goes where it was meant to go. */
import { Agent, errors, request } from 'undici';
import type { Attempt } from '#engine/effects/target.js';
import { type AddressPolicy, AddressRefused, checkUrl, guardedLookup } from './address-guard.js';
import { meaningOf } from './answer.js';
import { sign } from './signature.js';

export interface WebhookOptions {
  readonly policy: AddressPolicy;
  /** Milliseconds from connecting to the end of the answer; default 10,000. */
  readonly timeoutMs?: number;
  readonly clock?: () => number;
}

export interface Message {
  readonly url: string;
  /** One, or two while it is rotated. */
  readonly secrets: readonly string[];
  /** The same on every attempt. */
  readonly id: string;
  readonly body: string;
}

/** `status`: of the receiver's answer; null: there was none. `tookMs`: how long it took. */
export type Posted = { readonly attempt: Attempt; readonly status: number | null; readonly tookMs: number };

/** Of an answer's body that much is kept for the operator. */
const KEPT_BYTES = 512;

export class WebhookPoster {
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #clock: () => number;

  constructor(private readonly options: WebhookOptions) {
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#clock = options.clock ?? Date.now;
    this.#agent = new Agent({ connect: { lookup: guardedLookup(options.policy), timeout: this.#timeoutMs } });
  }

  /** Never rejects: whatever happens is an attempt. */
  async post(message: Message): Promise<Posted> {
    const began = performance.now();
    const took = () => Math.round(performance.now() - began);
    try {
      const { attempt, status } = await this.#send(message);
      return { attempt, status, tookMs: took() };
    } catch (error) {
      return { attempt: failureOf(error), status: null, tookMs: took() };
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #send({ url, secrets, id, body }: Message): Promise<{ attempt: Attempt; status: number }> {
    const target = new URL(url);
    checkUrl(target, this.options.policy);
    const now = this.#clock();
    const answer = await request(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'afterclick',
        'idempotency-key': id,
        ...sign(secrets, id, now, body),
      },
      body,
      dispatcher: this.#agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const { statusCode: status, headers } = answer;
    const detail = `HTTP ${status}${await beginningOf(answer.body)}`;
    return { attempt: meaningOf(status, first(headers['retry-after']), detail, now), status };
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
