/** The books: every accepted engagement ends in exactly one of applied, duplicate, too late, parked, quarantined (engine.md 4.16). */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** Sums of one source. `difference`: accepted engagements that have ended nowhere (yet). */
export interface BooksSum {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly accepted: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly tooLate: number;
  readonly parked: number;
  readonly quarantined: number;
  readonly difference: number;
}

const SUMS = `sum(accepted)::bigint as accepted, sum(applied)::bigint as applied, sum(duplicate)::bigint as duplicate,
       sum(too_late)::bigint as "tooLate", sum(parked)::bigint as parked, sum(quarantined)::bigint as quarantined,
       sum(accepted - applied - duplicate - too_late - parked - quarantined)::bigint as difference`;

const OF_WORKSPACE = statement(
  'engine.books.of_workspace',
  `select workspace_id as "workspaceId", source_id as "sourceId", ${SUMS}
from engine.books where workspace_id = $1 and hour >= $2 and hour < $3
group by workspace_id, source_id`,
);

/** Of hours from `from` until before `to` (milliseconds). */
export async function booksOf(pool: Pool, workspaceId: Uuid, from: number, to: number): Promise<readonly BooksSum[]> {
  const { rows } = await query<BooksSum>(pool, bind(OF_WORKSPACE, [workspaceId, new Date(from), new Date(to)]));
  return rows;
}
