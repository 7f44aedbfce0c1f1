/** The key of an event by the provider's id, or by what tells it from others where the provider gives none. */
import type { Json } from '#contracts/json.js';
import type { DedupKey } from './dedup-keys.js';
import { idKey, timedKey } from './timed-key.js';

/** The key of the provider's event id; without an id, the composite of the parts and the time. */
export function eventKeys(
  kind: string,
  id: string | null,
  occurredAt: string | null,
  parts: readonly (Json | undefined)[],
  element: Json,
): readonly DedupKey[] {
  const byId = idKey(kind, id);
  const known = parts.map((part) => part ?? null);
  return byId.length > 0 ? byId : [timedKey(kind, occurredAt, known, element)];
}
