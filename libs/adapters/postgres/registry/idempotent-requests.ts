/** Requests that carried an Idempotency-Key, and what they were answered. Kept for a day. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface IdempotentRequest {
  readonly workspaceId: Uuid;
  readonly keyId: Uuid;
  readonly fingerprint: Uuid;
  /** Milliseconds. */
  readonly startedAt: number;
}

/** An earlier request under the same key. `sealed` null: it is being answered. */
export interface EarlierRequest {
  readonly fingerprint: Uuid;
  readonly startedAt: number;
  readonly sealed: Buffer | null;
}

/** How long a key is remembered. */
export const REMEMBERED_MS = 86_400_000;
/** One that has no answer after this lost its process: a repeat takes its place, and by its ids counts once. */
const LOST_MS = 10_000;

const CLAIM = statement(
  'registry.idempotent_request.claim',
  `insert into registry.idempotent_request as r (workspace_id, key_id, fingerprint, started_at)
values ($1, $2, $3, $4)
on conflict (workspace_id, key_id) do update set fingerprint = excluded.fingerprint, started_at = excluded.started_at, sealed = null
where r.started_at <= $5 or (r.sealed is null and r.started_at <= $6 and r.fingerprint = excluded.fingerprint)
returning key_id`,
);
const EARLIER = statement(
  'registry.idempotent_request.one',
  `select fingerprint, started_at as "startedAt", sealed from registry.idempotent_request
where workspace_id = $1 and key_id = $2`,
);
const ANSWER = statement(
  'registry.idempotent_request.answer',
  `update registry.idempotent_request set sealed = $4
where workspace_id = $1 and key_id = $2 and started_at = $3 and sealed is null`,
);
const RELEASE = statement(
  'registry.idempotent_request.release',
  `delete from registry.idempotent_request
where workspace_id = $1 and key_id = $2 and started_at = $3 and sealed is null`,
);
const TRIM = statement(
  'registry.idempotent_request.trim',
  `delete from registry.idempotent_request r using (
  select workspace_id, key_id from registry.idempotent_request
  where started_at <= $1 order by started_at limit 100 for update skip locked
) old where r.workspace_id = old.workspace_id and r.key_id = old.key_id`,
);

/** Null: the key is this request's now. Else the earlier request that has it. */
export async function claimKey(pool: Pool, request: IdempotentRequest): Promise<EarlierRequest | null> {
  const { workspaceId, keyId, fingerprint, startedAt } = request;
  const ends = [new Date(startedAt - REMEMBERED_MS), new Date(startedAt - LOST_MS)];
  const { rowCount } = await query(pool, bind(CLAIM, [workspaceId, keyId, fingerprint, new Date(startedAt), ...ends]));
  if (rowCount) return null;
  const { rows } = await query<EarlierRequest & Record<string, unknown>>(pool, bind(EARLIER, [workspaceId, keyId]));
  return rows[0] ?? { fingerprint, startedAt, sealed: null };
}

/** Remembers the answer, and forgets some that are older than a day. */
export async function rememberAnswer(pool: Pool, request: IdempotentRequest, sealed: Buffer): Promise<void> {
  const { workspaceId, keyId, startedAt } = request;
  await query(pool, bind(ANSWER, [workspaceId, keyId, new Date(startedAt), sealed]));
  await query(pool, bind(TRIM, [new Date(startedAt - REMEMBERED_MS)]));
}

/** The key is free again: the request was not carried out, or is to be asked anew. */
export async function releaseKey(pool: Pool, { workspaceId, keyId, startedAt }: IdempotentRequest): Promise<void> {
  await query(pool, bind(RELEASE, [workspaceId, keyId, new Date(startedAt)]));
}
