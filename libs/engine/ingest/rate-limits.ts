/** Requests a second for each source: a token bucket, in this process. */
import type { Uuid } from '#contracts/ids.js';

interface Bucket {
  tokens: number;
  /** Milliseconds: when the tokens were counted. */
  at: number;
}

export interface Rate {
  readonly perSecond: number;
  /** Requests that may come at once after a quiet time. */
  readonly burst: number;
}

export class RateLimits {
  readonly #buckets = new Map<Uuid, Bucket>();

  /** 0: go on. Else the milliseconds until there is a token again; none is taken. `now`: milliseconds. */
  take(sourceId: Uuid, { perSecond, burst }: Rate, now: number): number {
    const bucket = this.#buckets.get(sourceId) ?? { tokens: burst, at: now };
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(burst, bucket.tokens + (passed / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(sourceId, bucket);
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / perSecond) * 1000;
    bucket.tokens -= 1;
    return 0;
  }
}
