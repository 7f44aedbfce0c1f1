/** A provider waits only so long: what is not durable by then is answered as unavailable. */
import { LogUnavailableError } from '#engine/log/errors.js';

const LONGEST_MS = 2_000;
/** A letter with its attachments may take longer: sealing and writing are by the byte. Milliseconds a MiB. */
const A_MIB_MS = 150;
const MIB = 1024 * 1024;
/** Left for the answer's way back. */
const RETURN_MS = 500;
const SHORTEST_MS = 100;

/** Milliseconds that storing a body of `bytes` may take for a provider that waits `timeoutMs` and has waited `waitedMs`. */
export function timeLeft(timeoutMs: number, waitedMs: number, bytes: number): number {
  const longest = LONGEST_MS + (bytes / MIB) * A_MIB_MS;
  return Math.max(SHORTEST_MS, Math.min(longest, timeoutMs - RETURN_MS) - waitedMs);
}

/** Whether a request that has waited so long can no longer be stored in time: reading it would be work for nothing. */
export function isTooLate(timeoutMs: number, waitedMs: number, bytes: number): boolean {
  return timeLeft(timeoutMs, waitedMs, bytes) <= SHORTEST_MS;
}

/** Rejects with LogUnavailableError when `work` has not ended by then; its own end is then ignored. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LogUnavailableError(`not done within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
