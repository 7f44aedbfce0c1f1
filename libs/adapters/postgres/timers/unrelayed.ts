/** Whether inputs of timers still wait in the outbox: those that are overdue come after them. */
import { TIMERS_LANE } from '#engine/timers/timers.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const UNRELAYED = statement(
  'log.outbox_lane.unrelayed_timers',
  'select exists (select from log.outbox_lane where lane = $1 and relayed < next) as unrelayed',
);

/** Rejects with WorldError. */
export async function hasUnrelayedTimers(pool: Pool): Promise<boolean> {
  const { rows } = await query<{ unrelayed: boolean }>(pool, bind(UNRELAYED, [TIMERS_LANE]));
  return rows[0]?.unrelayed === true;
}
