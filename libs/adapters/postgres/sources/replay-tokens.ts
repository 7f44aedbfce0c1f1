/** One-time tokens in Postgres: shared by all instances, outliving restarts. */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { ReplayTokens } from '#engine/ingest/ports.js';
import type { Source } from '#engine/ingest/source.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

// The update changes nothing: it makes the row that was there first visible to whoever comes second.
const CLAIM = statement(
  'deliveries.replay_token.claim',
  `insert into deliveries.replay_token as t (workspace_id, source_id, token_hash, body_hash, seen_at)
values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
on conflict (workspace_id, source_id, token_hash) do update set body_hash = t.body_hash
returning body_hash = $4 as mine`,
);

export class PostgresReplayTokens implements ReplayTokens {
  constructor(private readonly pool: Pool) {}

  async claim({ workspaceId, id }: Source, token: string, bodyHash: Buffer, at: number): Promise<boolean> {
    const hash = createHash('sha256').update(token).digest();
    const { rows } = await query<{ mine: boolean }>(this.pool, bind(CLAIM, [workspaceId, id, hash, bodyHash, at]));
    return rows[0]?.mine === true;
  }
}
