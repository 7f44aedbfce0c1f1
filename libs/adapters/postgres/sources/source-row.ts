/** A row of registry.source ↔ a source in memory. Keys are wrapped by the master key, bound to their source. */
import type { Uuid } from '#contracts/ids.js';
import type { SourceSettings } from '#contracts/provider.js';
import type { Source, SourcePolicy, SourceState } from '#engine/ingest/source.js';
import type { MasterKey } from '#engine/sealing/sealing.js';

/** As selected by SOURCE_COLUMNS; times in milliseconds. */
export interface SourceRow {
  readonly id: Uuid;
  readonly path: string;
  readonly workspaceId: Uuid;
  readonly name: string;
  readonly provider: string;
  readonly settings: Omit<SourceSettings, 'keys'>;
  readonly policy: SourcePolicy;
  readonly keysWrapped: Buffer | null;
  readonly oldKeysWrapped: Buffer | null;
  readonly oldKeysUntil: number | null;
  readonly state: SourceState;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const SOURCE_COLUMNS = `id, path, workspace_id as "workspaceId", name, provider, settings, policy,
  keys_wrapped as "keysWrapped", old_keys_wrapped as "oldKeysWrapped", old_keys_until as "oldKeysUntil",
  state, version, created_at as "createdAt", updated_at as "updatedAt"`;

const keysOwner = (sourceId: Uuid): string => `source-keys:${sourceId}`;

/** Null for no keys: such a source refuses everything unless its scheme is `none`. */
export function wrapKeys(master: MasterKey, sourceId: Uuid, keys: readonly string[]): Buffer | null {
  return keys.length === 0 ? null : master.wrapSecret(Buffer.from(JSON.stringify(keys)), keysOwner(sourceId));
}

/** Keys that a rotation replaced, accepted until a time in milliseconds. */
export interface FormerKeys {
  readonly keys: readonly string[];
  readonly until: number;
}

/**
 * Former keys after a rotation at `now`: those it replaces until `until`, and those still in their time from rotations before. None
 * outlives one that came after it: whoever ends the newer at once, for a leak, means the older as well.
 */
export function formerKeys(
  row: SourceRow,
  master: MasterKey,
  { now, until }: { readonly now: number; readonly until: number },
): readonly FormerKeys[] {
  const earlier = unwrapFormer(master, row).map((former) => ({ ...former, until: Math.min(former.until, until) }));
  const replaced = { keys: unwrapKeys(master, row.id, row.keysWrapped), until };
  return [...earlier, replaced].filter((former) => former.until > now && former.keys.length > 0);
}

/** Null for none. */
export function wrapFormer(master: MasterKey, sourceId: Uuid, former: readonly FormerKeys[]): Buffer | null {
  return former.length === 0 ? null : master.wrapSecret(Buffer.from(JSON.stringify(former)), keysOwner(sourceId));
}

/** A row written before rotations could overlap holds a plain list of keys, all until the row's time. */
function unwrapFormer(master: MasterKey, row: SourceRow): readonly FormerKeys[] {
  if (row.oldKeysWrapped === null || row.oldKeysUntil === null) return [];
  const held = JSON.parse(master.unwrapSecret(row.oldKeysWrapped, keysOwner(row.id)).toString('utf8')) as unknown[];
  const until = row.oldKeysUntil;
  const plain = held.filter((one): one is string => typeof one === 'string');
  if (plain.length > 0) return [{ keys: plain, until }];
  return held as FormerKeys[];
}

function unwrapKeys(master: MasterKey, sourceId: Uuid, wrapped: Buffer | null): readonly string[] {
  if (wrapped === null) return [];
  return JSON.parse(master.unwrapSecret(wrapped, keysOwner(sourceId)).toString('utf8')) as string[];
}

/** Throws when the keys were wrapped by another master key. */
export function sourceOf(row: SourceRow, master: MasterKey): Source {
  const { id, workspaceId, path, name, provider, state, policy } = row;
  const keys = unwrapKeys(master, id, row.keysWrapped);
  const source: Source = { id, workspaceId, path, name, provider, state, policy, settings: { ...row.settings, keys } };
  const former = unwrapFormer(master, row);
  if (former.length === 0) return source;
  const ends = [...new Set(former.map(({ until }) => until))].sort((one, other) => one - other);
  const rotation = ends.map((until) => {
    const alive = former.filter((one) => one.until >= until).reverse();
    return { settings: { ...row.settings, keys: [...keys, ...alive.flatMap((one) => one.keys)] }, until };
  });
  return { ...source, rotation };
}
