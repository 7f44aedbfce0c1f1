/** How rows are named in maps: their key as one text. Ids have a fixed length, so nothing runs together. */
import type { Uuid } from '#contracts/ids.js';

export interface ContactRef {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
}

export interface EffectRef {
  readonly workspaceId: Uuid;
  readonly effectId: Uuid;
}

export function contactKey(of: ContactRef): string {
  return `${of.workspaceId}${of.contactId}`;
}

export function effectKey(of: EffectRef): string {
  return `${of.workspaceId}${of.effectId}`;
}

/** Values of a map by their keys' order: every writer takes rows in the same order, so that no two wait for each other. */
export function inKeyOrder<V>(map: ReadonlyMap<string, V>): V[] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
