/**
 * A group that is done with a generation closes it: in one transaction its checkpoints get an owner that never lets go. So no process
 * can read it any more, however long it stood still and whatever it knows, before any reads the next one.
 */
import type { Pool, PoolClient } from 'pg';
import { bind, statement } from '../../statement.js';
import { inTransaction, query } from '../../transaction.js';

export const CLOSED = 'closed: a newer generation is read';

const IS_CLOSED = statement(
  'log.checkpoint.is_closed',
  'select exists (select from log.checkpoint where consumer_group = $1 and topic = $2 and owner = $3) as closed',
);
const AT = statement(
  'log.checkpoint.at_end',
  `select coalesce(bool_and(coalesce(c.next, 0) >= e."end"), false) as "atEnd"
from unnest($3::bigint[]) with ordinality as e("end", n)
left join log.checkpoint c on c.consumer_group = $1 and c.topic = $2 and c.partition = e.n - 1`,
);
const LOCK = statement(
  'log.checkpoint.lock_all',
  'select partition from log.checkpoint where consumer_group = $1 and topic = $2 order by partition for update',
);
const CLOSE = statement(
  'log.checkpoint.close',
  `insert into log.checkpoint as c (consumer_group, topic, partition, next, epoch, owner, leased_until)
select $1, $2, e.n - 1, e."end", 1, $4, 'infinity' from unnest($3::bigint[]) with ordinality as e("end", n) order by e.n
on conflict (consumer_group, topic, partition) do update
set epoch = c.epoch + 1, next = greatest(c.next, excluded.next), tries = 0, owner = excluded.owner, leased_until = 'infinity'`,
);

export async function isClosed(connection: Pool | PoolClient, group: string, topic: string): Promise<boolean> {
  const { rows } = await query<{ closed: boolean }>(connection, bind(IS_CLOSED, [group, topic, CLOSED]));
  return rows[0]?.closed === true;
}

/** Whether the group has come to `ends` in every partition; no partition is never at its end. */
export async function isAtEnd(
  connection: Pool | PoolClient,
  group: string,
  topic: string,
  ends: readonly number[],
): Promise<boolean> {
  const { rows } = await query<{ atEnd: boolean }>(connection, bind(AT, [group, topic, ends]));
  return rows[0]?.atEnd === true;
}

/** Closes it when the group is at the ends; false when it is not yet. Waits for batches that run. */
export async function close(pool: Pool, group: string, topic: string, ends: readonly number[]): Promise<boolean> {
  if (await isClosed(pool, group, topic)) return true;
  if (!(await isAtEnd(pool, group, topic, ends))) return false;
  return inTransaction(pool, async (tx) => {
    await query(tx, bind(LOCK, [group, topic]));
    if (await isClosed(tx, group, topic)) return true;
    if (!(await isAtEnd(tx, group, topic, ends))) return false;
    await query(tx, bind(CLOSE, [group, topic, ends, CLOSED]));
    return true;
  });
}
