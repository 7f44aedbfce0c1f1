/** De-duplication keys that hold a time, and the key of a whole content where there is none. */
import { createHash } from 'node:crypto';
import type { Json } from '#contracts/json.js';
import type { DedupKey } from './dedup-keys.js';

/** A key of an id the provider documents as unique; none when the payload has no id. */
export function idKey(kind: string, id: string | null, ...more: readonly Json[]): readonly DedupKey[] {
  return id === null ? [] : [[kind, id, ...more]];
}

/**
 * The contract's composite of time, message, event and address. Without a time such a key would make every later event
 * of that kind a duplicate, so then the whole element is the key: only the same content again is the same event.
 */
export function timedKey(kind: string, occurredAt: string | null, parts: readonly Json[], element: Json): DedupKey {
  return occurredAt === null ? contentKey(kind, element) : [kind, occurredAt, ...parts];
}

/** A key of the element's whole content, or of the raw body. */
export function contentKey(kind: string, element: Json | Buffer): DedupKey {
  const content = Buffer.isBuffer(element) ? element : JSON.stringify(element);
  return [`${kind}.content`, createHash('sha256').update(content).digest('hex')];
}
