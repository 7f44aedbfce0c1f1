/** Pauses between attempts: exponential, with a jitter that comes from the effect's id and so is the same on every run. */
import { createHash } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';

export interface RetryPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly maxAttempts: number;
}

/** Five seconds, doubling up to an hour: about seven hours of attempts. */
export const RETRIES: RetryPolicy = { firstMs: 5_000, maxMs: 3_600_000, maxAttempts: 16 };

/** However long a target asks us to wait. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Milliseconds after the attempt with this number (from 1): between half and the whole of first × 2^(attempt − 1), capped. */
export function backOff(policy: RetryPolicy, effectId: Uuid, target: string, attempt: number): number {
  const whole = Math.min(policy.firstMs * 2 ** Math.min(attempt - 1, 30), policy.maxMs);
  const hash = createHash('sha256').update(`${effectId}/${target}/${attempt}`).digest();
  return Math.round(whole * (0.5 + hash.readUInt32BE() / 2 ** 33));
}

/** Not sooner than the target asks, within a day. */
export function pauseAfter(backOffMs: number, askedMs: number | undefined): number {
  return Math.min(Math.max(backOffMs, askedMs ?? 0), LONGEST_WAIT_MS);
}
