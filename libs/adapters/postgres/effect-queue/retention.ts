/** Effects that have ended are kept as long as the log could tell of them again: till then their rows say that they are done. */
import type { Pool } from 'pg';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

// A dead letter that could still be replayed stays.
const TRIM = statement(
  'delivery.effect_queue.trim',
  `delete from delivery.effect_queue q using (
  select effect_id, target from delivery.effect_queue
  where state <> 'queued' and settled_at < $1 and not_after < $1
  order by settled_at limit $2 for update skip locked
) old
where q.effect_id = old.effect_id and q.target = old.target`,
);

const AT_ONCE = 5_000;

/** Deletes those that were settled, and could not be sent any more, before `before` (milliseconds). Answers how many. Rejects with WorldError. */
export async function trimEffects(pool: Pool, before: number): Promise<number> {
  for (let deleted = 0; ; ) {
    const count = (await query(pool, bind(TRIM, [new Date(before), AT_ONCE]))).rowCount ?? 0;
    deleted += count;
    if (count < AT_ONCE) return deleted;
  }
}
