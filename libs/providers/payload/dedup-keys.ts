/** De-duplication keys for events that have no id of their own. Never built from the time of receipt. */
import type { Json, JsonObject } from '#contracts/json.js';

export type DedupKey = readonly Json[];

/**
 * A composite key of an event without an id: its name, then what tells it from others of that name. When the payload
 * has none of these parts, the whole element is the key: two events must never fall together for lack of fields.
 */
export function compositeKey(element: JsonObject, name: string, parts: readonly (Json | undefined)[]): DedupKey {
  const known = parts.map((part) => part ?? null);
  return known.every((part) => part === null) ? [name, element] : [name, ...known];
}

/**
 * Keys that two reports of one occurrence share when their times lie within `spanMs` of each other: the numbers of two
 * rows of windows, each twice as long as the span and offset by half a window. No key without a time.
 */
export function nearbyKeys(occurredAt: string | null, spanMs: number, parts: readonly Json[]): readonly DedupKey[] {
  if (occurredAt === null) return [];
  const time = Date.parse(occurredAt);
  return [0, spanMs].map((offset) => [...parts, `${offset}:${Math.floor((time + offset) / (2 * spanMs))}`]);
}
