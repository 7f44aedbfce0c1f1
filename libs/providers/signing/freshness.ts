/** Is a signed time near enough to now? */
import type { SourceSettings, VerifyClock } from '../provider.js';

export const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Undefined when fresh, else what is wrong with it: older than the tolerance, or further in the future. A clock of
 * null takes the signature's own time as fresh.
 */
export function staleness(signedAtMs: number, now: VerifyClock, source: SourceSettings): string | undefined {
  if (now === null) return undefined;
  const tolerance = source.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const age = Math.round((now - signedAtMs) / 1000);
  if (now - signedAtMs > tolerance * 1000) return `signed ${age} s ago, more than ${tolerance} s`;
  if (signedAtMs - now > tolerance * 1000) return `signed ${-age} s in the future, more than ${tolerance} s`;
  return undefined;
}

/** A header's epoch seconds → ms; null unless it is a plain positive number (`"1.5e9"` or `" 12 "` were never signed so). */
export function headerSeconds(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,12}(?:\.\d{1,9})?$/.test(header) ? Number(header) * 1000 : null;
}
