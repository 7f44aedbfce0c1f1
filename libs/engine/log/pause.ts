/** How long a paused partition waits before it is tried again. */
import { setImmediate } from 'node:timers/promises';

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 };

/** Doubles with each failure in a row, from `firstMs` to `maxMs`. */
export function pauseMs(backoff: Backoff, failures: number): number {
  return Math.min(backoff.firstMs * 2 ** Math.min(failures, 20), backoff.maxMs);
}

/** Resolves after `ms` (0: after what is waiting now), or as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  if (ms === 0) return setImmediate();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
