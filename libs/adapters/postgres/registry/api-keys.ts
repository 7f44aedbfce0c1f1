/** API keys of a workspace: only their hashes are stored. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface ApiKeyRow {
  readonly id: Uuid;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  /** Milliseconds, like all times here. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** A key as it is stored: made by the platform, which alone ever sees its text. */
export interface NewApiKey {
  readonly name: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly scopes: readonly string[];
}

const COLUMNS =
  'id, name, prefix, scopes, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"';
const INSERT = statement(
  'registry.api_key.insert',
  `insert into registry.api_key (id, workspace_id, name, hash, prefix, scopes) values ($1, $2, $3, $4, $5, $6)
   returning ${COLUMNS}`,
);
const LIST = statement(
  'registry.api_key.list',
  `select ${COLUMNS} from registry.api_key where workspace_id = $1 order by created_at, id`,
);
const EXPIRE = statement(
  'registry.api_key.expire',
  `update registry.api_key set expires_at = least(coalesce(expires_at, $3), $3)
   where workspace_id = $1 and id = $2 and revoked_at is null returning ${COLUMNS}`,
);
const REVOKE = statement(
  'registry.api_key.revoke',
  `update registry.api_key set revoked_at = now()
   where workspace_id = $1 and id = $2 and revoked_at is null returning ${COLUMNS}`,
);
// The one look-up without a workspace: the key is what tells it.
const FIND = statement(
  'registry.api_key.find',
  `select id as "keyId", name as "keyName", workspace_id as "workspaceId", scopes from registry.api_key
   where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
);

export async function insertApiKey(pool: Pool, workspaceId: Uuid, key: NewApiKey): Promise<ApiKeyRow> {
  const values = [randomUUID(), workspaceId, key.name, key.hash, key.prefix, key.scopes];
  const { rows } = await query<ApiKeyRow>(pool, bind(INSERT, values));
  return rows[0] as ApiKeyRow;
}

export async function listApiKeys(pool: Pool, workspaceId: Uuid): Promise<readonly ApiKeyRow[]> {
  const { rows } = await query<ApiKeyRow>(pool, bind(LIST, [workspaceId]));
  return rows;
}

/** Lets a key end at `at` (milliseconds), for rotation with overlap; null when there is no such key in force. */
export async function expireApiKey(pool: Pool, workspaceId: Uuid, id: Uuid, at: number): Promise<ApiKeyRow | null> {
  const { rows } = await query<ApiKeyRow>(pool, bind(EXPIRE, [workspaceId, id, new Date(at)]));
  return rows[0] ?? null;
}

/** Ends a key at once; null when there is no such key in force. */
export async function revokeApiKey(pool: Pool, workspaceId: Uuid, id: Uuid): Promise<ApiKeyRow | null> {
  const { rows } = await query<ApiKeyRow>(pool, bind(REVOKE, [workspaceId, id]));
  return rows[0] ?? null;
}

/** Finds who a key's hash belongs to: an indexed look-up per request, so that a revoked key ends at once. */
export class PostgresApiKeys {
  constructor(private readonly pool: Pool) {}

  async find(hash: Buffer): Promise<{ keyId: Uuid; keyName: string; workspaceId: Uuid; scopes: string[] } | null> {
    const { rows } = await query<{ keyId: Uuid; keyName: string; workspaceId: Uuid; scopes: string[] }>(
      this.pool,
      bind(FIND, [hash]),
    );
    return rows[0] ?? null;
  }
}
