/** Changes are kept for a time, by whole months; the head remembers up to where they are gone, so that an old cursor is told. */
import type { Pool, PoolClient } from 'pg';
import { dropMonth, monthsOf } from '../migrations/partitions.js';
import { bind, statement } from '../statement.js';
import { inTransaction } from '../transaction.js';

const RAISE = (gone: string) => `update feed.head h set floor = g.position, floor_mark = g.mark
from (select distinct on (workspace_id) workspace_id, position, mark from ${gone} order by workspace_id, position desc) g
where h.workspace_id = g.workspace_id and g.position > h.floor`;

const TRIM_DEFAULT = statement(
  'feed.change.trim_default',
  `with gone as (delete from feed.change_default where fed_at < $1 returning workspace_id, position, mark)
${RAISE('gone')}`,
);

/** Drops months that ended before `before` (milliseconds). Answers how many. Rejects with WorldError when the database is away or busy. */
export async function trimChanges(pool: Pool, before: number): Promise<number> {
  let dropped = 0;
  for (const { name, endsAt } of await monthsOf(pool, 'feed.change')) {
    if (endsAt > before) break;
    await dropMonth(pool, name, (tx) => raiseFloors(tx, name));
    dropped += 1;
  }
  await inTransaction(pool, async (tx) => {
    await tx.query(bind(TRIM_DEFAULT, [new Date(before)]));
  });
  return dropped;
}

/** The table before the heads: whoever appends has the table first, and must never wait for us with a head that we wait for. */
async function raiseFloors(tx: PoolClient, month: string): Promise<false> {
  await tx.query('lock table feed.change in access exclusive mode');
  await tx.query(RAISE(month));
  return false;
}
