/** One-time tokens in Postgres: shared by all instances and by the deciding transaction, outliving restarts. */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { ReplayClaim } from '#contracts/inputs.js';
import type { TokenClaim, TokenOnRecord } from '#engine/decision/store.js';
import type { ReplayTokens } from '#engine/ingest/ports.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

// The update changes nothing: it makes the row that was there first visible to whoever comes second, and holds it until the commit.
const CLAIM = statement(
  'deliveries.replay_token.claim',
  `insert into deliveries.replay_token as t (workspace_id, token, body, seen_at)
select u.workspace_id, u.token, u.body, to_timestamp(u.at / 1000)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[]) as u(workspace_id, token, body, at)
on conflict (workspace_id, token) do update set body = t.body
returning workspace_id as "workspaceId", token, body`,
);

/** Each token with the body it is good for by now. Tokens must be in key order, each once. */
export async function claimTokens(
  db: Pool | PoolClient,
  claims: readonly TokenClaim[],
): Promise<readonly TokenOnRecord[]> {
  const of = (name: keyof TokenClaim): string => plainArray(claims.map((claim) => claim[name]));
  const values = [of('workspaceId'), of('token'), of('body'), of('at')];
  return (await query<TokenOnRecord & Record<string, unknown>>(db, bind(CLAIM, values))).rows;
}

export class PostgresReplayTokens implements ReplayTokens {
  constructor(private readonly pool: Pool) {}

  async claim(workspaceId: Uuid, claim: ReplayClaim, at: number): Promise<boolean> {
    const [known] = await claimTokens(this.pool, [{ workspaceId, ...claim, at }]);
    return known?.body === claim.body;
  }
}
