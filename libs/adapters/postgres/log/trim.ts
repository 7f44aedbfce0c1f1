/**
 * Retention of the Postgres log: records past their time that every group has consumed are dropped, a month's table at once where
 * that is possible. The record of what happened is the event store; this is transport.
 */
import type { Pool } from 'pg';
import { TOPICS } from '#contracts/topics.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const DAY_MS = 86_400_000;
/** One table holds all topics, so the longest retention counts. */
const RETENTION_MS = Math.max(...Object.values(TOPICS).map((topic) => topic.retentionDays)) * DAY_MS;
const DELETED_AT_ONCE = 10_000;

/** Up to where every group that ever consumed a partition has come; 0 where none has: then nothing is dropped. */
const CONSUMED = `
  select coalesce(min(coalesce(c.next, 0)), 0) as next
  from (select distinct consumer_group from log.checkpoint where topic = t.name) g
  left join log.checkpoint c on c.consumer_group = g.consumer_group and c.topic = t.name and c.partition = r.partition`;

const MONTHS = statement(
  'log.record.months',
  `
select inhrelid::regclass::text as name, right(c.relname, 7) as month
from pg_inherits join pg_class c on c.oid = inhrelid
where inhparent = 'log.record'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by 1`,
);
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
  const { rows } = await query<{ name: string; month: string }>(pool, bind(MONTHS, []));
  for (const { name, month } of rows) {
    if (endOf(month) > cutoff) continue;
    if (await drop(pool, name)) dropped.push(name);
    else kept.push(name);
  }
  const { rowCount } = await query(pool, bind(DELETE, [new Date(cutoff), DELETED_AT_ONCE]));
  return { dropped, kept, deleted: rowCount ?? 0 };
}

/** `2026_11` → the first millisecond of December. */
function endOf(month: string): number {
  const [year, number] = month.split('_').map(Number);
  return Date.UTC(year as number, number as number, 1);
}

async function drop(pool: Pool, table: string): Promise<boolean> {
  const unread = `
    select exists (
      select from (select topic_id, partition, max(position) as last from ${table} group by 1, 2) r
      join log.topic t on t.id = r.topic_id cross join lateral (${CONSUMED}) consumed
      where r.last >= consumed.next) as found`;
  return inTransaction(pool, async (tx) => {
    // Dropping waits for readers, and whoever comes after waits for it: better try again another time.
    await tx.query(`set local lock_timeout = '2s'`);
    const { rows } = await tx.query<{ found: boolean }>(unread);
    if (rows[0]?.found !== false) return false;
    await tx.query(`drop table if exists ${table}`);
    return true;
  });
}
