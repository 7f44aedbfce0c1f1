/**
 * Retention of the Postgres log: records past their time that every group has consumed are dropped, a month's table at once where
 * that is possible. The record of what happened is the event store; this is transport.
 */
import type { Pool, PoolClient } from 'pg';
import { TOPICS } from '#contracts/topics.js';
import { dropMonth, monthsOf } from '../migrations/partitions.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const DAY_MS = 86_400_000;
/** One table holds all topics, so the longest retention counts. */
const RETENTION_MS = Math.max(...Object.values(TOPICS).map((topic) => topic.retentionDays)) * DAY_MS;
const DELETED_AT_ONCE = 10_000;

/** Up to where every group that ever consumed a partition has come; 0 where none has: then nothing is dropped. */
const CONSUMED = `
  select coalesce(min(coalesce(c.next, 0)), 0) as next
  from (select distinct consumer_group from log.checkpoint where topic = t.name) g
  left join log.checkpoint c on c.consumer_group = g.consumer_group and c.topic = t.name and c.partition = r.partition`;

const DELETE = statement(
  'log.record.trim_default',
  `
delete from log.record_default d using (
  select r.topic_id, r.partition, r.position, r.appended_at from log.record_default r
  join log.topic t on t.id = r.topic_id cross join lateral (${CONSUMED}) consumed
  where r.appended_at < $1 and r.position < consumed.next limit $2
) old
where (d.topic_id, d.partition, d.position, d.appended_at) = (old.topic_id, old.partition, old.position, old.appended_at)`,
);

export interface Trimmed {
  /** Tables dropped. */
  readonly dropped: readonly string[];
  /** Tables past their time that a group has not yet consumed. */
  readonly kept: readonly string[];
  /** Rows deleted one by one from the default partition. */
  readonly deleted: number;
}

/** Safe to run at any time and from several processes. `now`: milliseconds. Rejects with WorldError when the database is away or busy. */
export async function trim(pool: Pool, now: number): Promise<Trimmed> {
  const cutoff = now - RETENTION_MS;
  const dropped: string[] = [];
  const kept: string[] = [];
  for (const { name, endsAt } of await monthsOf(pool, 'log.record')) {
    if (endsAt > cutoff) continue;
    if (await dropMonth(pool, name, (tx) => isUnread(tx, name))) dropped.push(name);
    else kept.push(name);
  }
  const { rowCount } = await query(pool, bind(DELETE, [new Date(cutoff), DELETED_AT_ONCE]));
  return { dropped, kept, deleted: rowCount ?? 0 };
}

/** One probe of the key a partition of the log: a month may hold more than could be read through. */
async function isUnread(tx: PoolClient, month: string): Promise<boolean> {
  const { rows } = await tx.query<{ found: boolean }>(`
    select exists (
      select from log.topic t join log.head h on h.topic = t.name
      cross join lateral (
        select h.partition, max(m.position) as last from ${month} m where m.topic_id = t.id and m.partition = h.partition
      ) r
      cross join lateral (${CONSUMED}) consumed
      where r.last >= consumed.next) as found`);
  return rows[0]?.found !== false;
}
