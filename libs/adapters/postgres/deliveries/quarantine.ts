/** What becomes of quarantine by people's hand, and how much of it waits. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const DISCARD = statement(
  'deliveries.quarantine.discard',
  `update deliveries.quarantine set state = 'discarded'
where workspace_id = $1 and state = 'open' and ($2::uuid[] is null or id = any ($2)) and ($3::uuid is null or source_id = $3)`,
);
// Counted as far as anybody needs to know: by the index of what is open.
const WAITING = statement(
  'deliveries.quarantine.waiting',
  `select w.name as workspace, q.waiting
from registry.workspace w
cross join lateral (
  select count(*)::int as waiting
  from (select 1 from deliveries.quarantine where workspace_id = w.id and state = 'open' limit $1) open
) q
where q.waiting > 0 order by w.name`,
);

/** `ids` null: all that is open, of one source or (null) of every one. Answers how many. What is discarded stays counted as quarantined. */
export async function discardQuarantined(
  pool: Pool,
  workspaceId: Uuid,
  ids: readonly Uuid[] | null,
  sourceId: Uuid | null,
): Promise<number> {
  return (await query(pool, bind(DISCARD, [workspaceId, ids, sourceId]))).rowCount ?? 0;
}

export interface Waiting {
  readonly workspace: string;
  /** At most `upTo`. */
  readonly waiting: number;
}

export async function waitingInQuarantine(pool: Pool, upTo: number): Promise<readonly Waiting[]> {
  return (await query<Waiting & Record<string, unknown>>(pool, bind(WAITING, [upTo]))).rows;
}
