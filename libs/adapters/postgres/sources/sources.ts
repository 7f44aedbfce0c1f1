/** Sources as people manage them: create, list, rotate, pause, delete. Keys are shown once, when they are made. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { SourceSettings } from '#contracts/provider.js';
import { newKey, newPath } from '#engine/ingest/new-key.js';
import type { SourcePolicy } from '#engine/ingest/source.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { bind, type Statement, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { formerKeys, SOURCE_COLUMNS, type SourceRow, wrapFormer, wrapKeys } from './source-row.js';

/** Ingest listens here and reads the sources anew. */
export const SOURCES_CHANNEL = 'afterclick_sources';
const TOLD = `(select pg_notify('${SOURCES_CHANNEL}', '')) is not null as told`;

const INSERT = statement(
  'registry.source.insert',
  `insert into registry.source (id, path, workspace_id, name, provider, settings, policy, keys_wrapped)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (workspace_id, name) do nothing
   returning ${SOURCE_COLUMNS}, ${TOLD}`,
);
const LIST = statement(
  'registry.source.list',
  `select ${SOURCE_COLUMNS} from registry.source
   where workspace_id = $1 and state <> 'deleted' order by created_at, id`,
);
const ROTATE = statement(
  'registry.source.rotate',
  `update registry.source
   set keys_wrapped = $4, old_keys_wrapped = $5, old_keys_until = to_timestamp($6 / 1000.0),
       version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and version = $3
   returning ${SOURCE_COLUMNS}, ${TOLD}`,
);
const LOCK = statement(
  'registry.source.lock',
  `select ${SOURCE_COLUMNS} from registry.source
   where workspace_id = $1 and id = $2 and state <> 'deleted' for update`,
);
const SET_STATE = statement(
  'registry.source.set_state',
  `update registry.source
   set state = $4, version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and state <> 'deleted' and ($3::integer is null or version = $3)
   returning ${SOURCE_COLUMNS}, ${TOLD}`,
);
const REVISE = statement(
  'registry.source.revise',
  `update registry.source
   set settings = $4, policy = $5, version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and state <> 'deleted' and ($3::integer is null or version = $3)
   returning ${SOURCE_COLUMNS}, ${TOLD}`,
);
// The name becomes free for a new source; the row stays, so that senders are told and old deliveries find their source.
const DELETE = statement(
  'registry.source.delete',
  `update registry.source
   set state = 'deleted', name = name || ' (deleted ' || id || ')', keys_wrapped = null, old_keys_wrapped = null,
       old_keys_until = null, version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and state <> 'deleted' and ($3::integer is null or version = $3)
   returning ${SOURCE_COLUMNS}, ${TOLD}`,
);
const EXISTS = statement(
  'registry.source.exists',
  `select 1 from registry.source where workspace_id = $1 and id = $2 and state <> 'deleted'`,
);

/** What may be shown of a source. Times in milliseconds. */
export interface SourceView extends Omit<SourceRow, 'keysWrapped' | 'oldKeysWrapped'> {
  /** False: it refuses everything, unless its scheme is `none`. */
  readonly hasKeys: boolean;
}

export interface NewSource {
  readonly workspaceId: Uuid;
  readonly name: string;
  readonly provider: string;
  readonly settings: Omit<SourceSettings, 'keys'>;
  readonly policy?: SourcePolicy;
  /** Keys that the provider issued. Left out: one is made, where the scheme lets us choose it. */
  readonly keys?: readonly string[];
  /** True: the provider issues the key, though the scheme would let us choose it; none is made. */
  readonly isKeyIssued?: boolean;
}

/** A source with the keys it was given, for the only time. */
export interface KeyedSource {
  readonly source: SourceView;
  readonly keys: readonly string[];
}

/** `expectedVersion` null: whatever it is (no If-Match). */
export interface SourceRef {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly expectedVersion: number | null;
}

/** `stale`: the version is another than expected. */
export type Refused = 'not_found' | 'stale';

/** Null when the workspace has a source of this name. */
export async function createSource(pool: Pool, master: MasterKey, wish: NewSource): Promise<KeyedSource | null> {
  const id = randomUUID();
  const keys = wish.keys ?? (wish.isKeyIssued === true ? [] : made(wish.settings.scheme));
  const { workspaceId, name, provider, settings, policy = {} } = wish;
  const values = [id, newPath(), workspaceId, name, provider, settings, policy, wrapKeys(master, id, keys)];
  const { rows } = await query<SourceRow>(pool, bind(INSERT, values));
  return rows[0] === undefined ? null : { source: view(rows[0]), keys };
}

export async function listSources(pool: Pool, workspaceId: Uuid): Promise<readonly SourceView[]> {
  const { rows } = await query<SourceRow>(pool, bind(LIST, [workspaceId]));
  return rows.map(view);
}

/**
 * New keys from `now` on; those they replace are accepted beside them until `oldUntil` (milliseconds), and those of rotations before
 * as long as they had, but never longer than that.
 */
export async function rotateSource(
  pool: Pool,
  master: MasterKey,
  ref: SourceRef,
  wish: {
    readonly scheme: string;
    readonly keys?: readonly string[];
    readonly now: number;
    readonly oldUntil: number;
  },
): Promise<KeyedSource | Refused> {
  const keys = wish.keys ?? made(wish.scheme);
  return inTransaction(pool, async (client) => {
    const { rows } = await query<SourceRow>(client, bind(LOCK, [ref.workspaceId, ref.id]));
    const row = rows[0];
    if (row === undefined) return 'not_found';
    if (ref.expectedVersion !== null && row.version !== ref.expectedVersion) return 'stale';
    const former = formerKeys(row, master, { now: wish.now, until: wish.oldUntil });
    const wrapped = [wrapKeys(master, row.id, keys), wrapFormer(master, row.id, former)];
    const until = former.length === 0 ? null : wish.oldUntil;
    const rotated = await query<SourceRow>(
      client,
      bind(ROTATE, [ref.workspaceId, row.id, row.version, ...wrapped, until]),
    );
    const [source] = rotated.rows.map(view);
    return source === undefined ? 'stale' : { source, keys };
  });
}

/** How it is verified and what it lets in, both as a whole. */
export function reviseSource(
  pool: Pool,
  ref: SourceRef,
  { settings, policy }: { readonly settings: Omit<SourceSettings, 'keys'>; readonly policy: SourcePolicy },
): Promise<SourceView | Refused> {
  return change(pool, ref, REVISE, [settings, policy]);
}

export function pauseSource(pool: Pool, ref: SourceRef): Promise<SourceView | Refused> {
  return change(pool, ref, SET_STATE, ['paused']);
}

export function resumeSource(pool: Pool, ref: SourceRef): Promise<SourceView | Refused> {
  return change(pool, ref, SET_STATE, ['active']);
}

/** For good: its senders are answered 410. */
export function deleteSource(pool: Pool, ref: SourceRef): Promise<SourceView | Refused> {
  return change(pool, ref, DELETE, []);
}

async function change(pool: Pool, ref: SourceRef, how: Statement, more: unknown[]): Promise<SourceView | Refused> {
  const { workspaceId, id, expectedVersion } = ref;
  const { rows } = await query<SourceRow>(pool, bind(how, [workspaceId, id, expectedVersion, ...more]));
  if (rows[0] !== undefined) return view(rows[0]);
  const { rowCount } = await query(pool, bind(EXISTS, [workspaceId, id]));
  return rowCount ? 'stale' : 'not_found';
}

function made(scheme: string): readonly string[] {
  const key = newKey(scheme);
  return key === null ? [] : [key];
}

function view({ keysWrapped, oldKeysWrapped: _, ...row }: SourceRow): SourceView {
  return { ...row, hasKeys: keysWrapped !== null };
}
