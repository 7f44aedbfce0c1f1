/** Whether anything ever happened to contacts of a workspace. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const FRESH = statement(
  'engine.books.fresh',
  'select not exists (select from engine.books where workspace_id = $1) as fresh',
);

/** True while no engagement was ever accepted or decided: contacts may have been written. Rejects with WorldError. */
export async function isFresh(pool: Pool, workspaceId: Uuid): Promise<boolean> {
  return (await query<{ fresh: boolean }>(pool, bind(FRESH, [workspaceId]))).rows[0]?.fresh ?? true;
}
