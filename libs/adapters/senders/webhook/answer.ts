/** What a receiver's answer means for the effect. */
import type { Attempt } from '#engine/effects/target.js';

const GONE = 410;

/** 2xx: delivered. 410: refused for good. Everything else is tried again; `retryAfter` is the header's text. */
export function meaningOf(status: number, retryAfter: string | undefined, detail: string, now: number): Attempt {
  if (status >= 200 && status < 300) return { result: 'delivered', detail };
  const reason = `http_${status}`;
  if (status === GONE) return { result: 'refused', reason, detail };
  const afterMs = status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : undefined;
  return { result: 'retry', reason, detail, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3) as milliseconds from now; undefined when it is neither. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  const value = text?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
