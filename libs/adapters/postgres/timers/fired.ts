/** The outbox lane of what fired: rows that become inputs as they are relayed. */
import type { Pool } from 'pg';
import type { Appendable } from '#contracts/record.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { type Firing, timerInput } from '#engine/timers/timers.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const READ = statement(
  'engine.timer_fired.read',
  `
select workspace_id as "workspaceId", contact_id as "contactId", purpose, due_at as "dueAt", topic, at from engine.timer_fired
where position >= $1 and position < $2 order by position`,
);

/** Marks as relayed and removes, as `log.outbox.move` does of the other lanes. */
export const MOVE_FIRED = statement(
  'engine.timer_fired.move',
  `
with moved as (
  update log.outbox_lane set relayed = $4, leased_until = clock_timestamp() + $5 * interval '1 ms'
  where lane = $1 and epoch = $2 and relayed = $3 returning lane
), gone as (
  delete from engine.timer_fired where position < $4 and exists (select from moved)
)
select lane from moved`,
);

/** Inputs from position `from` on, in order, at most `max`. Rejects with WorldError. */
export async function readFired(pool: Pool, from: number, max: number): Promise<readonly Appendable[]> {
  const { rows } = await query<ArmedTimer & Firing & Record<string, unknown>>(pool, bind(READ, [from, from + max]));
  return rows.map((fired) => timerInput(fired, fired));
}
