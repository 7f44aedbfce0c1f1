/** Keys that two reports of one occurrence share. Never built from the time of receipt. */
import type { Json } from '#contracts/json.js';

export type DedupKey = readonly Json[];

/**
 * Keys that two reports share when their times lie within `spanMs` of each other: the numbers of two rows of windows,
 * each twice as long as the span, the second offset by half a window. None without a time.
 */
export function nearbyKeys(occurredAt: string | null, spanMs: number, parts: readonly Json[]): readonly DedupKey[] {
  if (occurredAt === null) return [];
  const time = Date.parse(occurredAt);
  return [0, spanMs].map((offset) => [...parts, `${offset}:${Math.floor((time + offset) / (2 * spanMs))}`]);
}
