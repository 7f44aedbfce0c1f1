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

function unwrapKeys(master: MasterKey, sourceId: Uuid, wrapped: Buffer | null): readonly string[] {
  if (wrapped === null) return [];
  return JSON.parse(master.unwrapSecret(wrapped, keysOwner(sourceId)).toString('utf8')) as string[];
}

/** Throws when the keys were wrapped by another master key. */
export function sourceOf(row: SourceRow, master: MasterKey): Source {
  const { id, workspaceId, path, name, provider, state, policy } = row;
  const keys = unwrapKeys(master, id, row.keysWrapped);
  const source: Source = { id, workspaceId, path, name, provider, state, policy, settings: { ...row.settings, keys } };
  if (row.oldKeysWrapped === null || row.oldKeysUntil === null) return source;
  const both = [...keys, ...unwrapKeys(master, id, row.oldKeysWrapped)];
  return { ...source, rotation: { settings: { ...row.settings, keys: both }, until: row.oldKeysUntil } };
}
