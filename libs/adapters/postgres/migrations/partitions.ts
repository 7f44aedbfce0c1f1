/** Monthly partitions of the tables that grow with time, made ahead so that their default partitions stay empty. */
import pg, { type Pool, type PoolClient } from 'pg';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

interface Partitioned {
  readonly table: string;
  readonly column: string;
  /** Months before the current one that are always made: `seen` takes the month of the payload's time, up to 400 days back. */
  readonly monthsBack: number;
}

const PARTITIONED: readonly Partitioned[] = [
  { table: 'log.record', column: 'appended_at', monthsBack: 0 },
  { table: 'engine.event', column: 'recorded_at', monthsBack: 0 },
  { table: 'engine.seen', column: 'month', monthsBack: 14 },
  { table: 'deliveries.delivery', column: 'received_at', monthsBack: 0 },
  { table: 'read.timeline', column: 'recorded_at', monthsBack: 0 },
  { table: 'feed.change', column: 'fed_at', monthsBack: 0 },
];
const MONTHS_AHEAD = 2;

export interface PartitionsMade {
  readonly made: readonly string[];
  /** Ranges that could not get a partition because the default one already holds rows of them: they stay there. */
  readonly skipped: readonly string[];
}

/**
 * Makes what is missing of the month of `now` (milliseconds), two months ahead, and back to `from` where given.
 * Safe to run at any time and from several processes: a range whose rows already lie in the default partition is left alone.
 */
export async function ensurePartitions(pool: Pool, now: number, from: number = now): Promise<PartitionsMade> {
  const made: string[] = [];
  const skipped: string[] = [];
  for (const partitioned of PARTITIONED) {
    const current = monthOf(now);
    const first = Math.min(current - partitioned.monthsBack, monthOf(from));
    for (let month = first; month <= current + MONTHS_AHEAD; month += 1) {
      const name = `${partitioned.table}_${label(month).replace('-', '_')}`;
      const outcome = await ensure(pool, partitioned, name, month);
      if (outcome === 'made') made.push(name);
      if (outcome === 'skipped') skipped.push(name);
    }
  }
  return { made, skipped };
}

const MONTHS = statement(
  'log.partition.months',
  `select i.inhrelid::regclass::text as name, right(c.relname, 7) as month
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = $1::text::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by 1`,
);

export interface Month {
  /** Of the partition, with its schema. */
  readonly name: string;
  /** Milliseconds: the first that is not in it. */
  readonly endsAt: number;
}

/** The monthly partitions that a table has, oldest first. Rejects with WorldError. */
export async function monthsOf(pool: Pool, table: string): Promise<readonly Month[]> {
  const { rows } = await query<{ name: string; month: string }>(pool, bind(MONTHS, [table]));
  return rows.map(({ name, month }) => {
    const [year, number] = month.split('_').map(Number);
    return { name, endsAt: Date.UTC(year as number, number as number, 1) };
  });
}

/**
 * Drops a partition unless `needed` says that it must stay; false then. Rejects with WorldError when it is in use: dropping waits for
 * readers, and whoever comes after waits for it, so it is better tried again another time.
 */
export function dropMonth(pool: Pool, name: string, needed?: (tx: PoolClient) => Promise<boolean>): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    await tx.query(`set local lock_timeout = '2s'`);
    if (await needed?.(tx)) return false;
    await tx.query(`drop table if exists ${name}`);
    return true;
  });
}

/** Months since year 0, in UTC. */
function monthOf(at: number): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function label(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}

/** Asks the catalog itself: `to_regclass` answers from a cache that an advisory lock does not refresh. */
async function exists(connection: Pool | PoolClient, name: string): Promise<boolean> {
  const found = await query(
    connection,
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname || '.' || c.relname = $1`,
    [name],
  );
  return found.rowCount !== 0;
}

/** Attaching locks the parent less than `create … partition of` does: readers and writers go on. */
async function ensure(
  pool: Pool,
  { table, column }: Partitioned,
  name: string,
  month: number,
): Promise<'there' | 'made' | 'skipped'> {
  if (await exists(pool, name)) return 'there';
  const [start, end] = [`${label(month)}-01`, `${label(month + 1)}-01`];
  try {
    return await inTransaction(pool, async (tx) => {
      await tx.query(`set local lock_timeout = '5s'`);
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`partitions of ${table}`]);
      if (await exists(tx, name)) return 'there';
      const taken = await tx.query(
        `select 1 from ${table}_default where ${column} >= '${start}' and ${column} < '${end}' limit 1`,
      );
      if (taken.rowCount !== 0) return 'skipped';
      await tx.query(`create table ${name} (like ${table} including all)`);
      await tx.query(`alter table ${table} attach partition ${name} for values from ('${start}') to ('${end}')`);
      return 'made';
    });
  } catch (error) {
    // A row of the range came into the default partition since we looked.
    if (error instanceof pg.DatabaseError && error.code === '23514') return 'skipped';
    throw error;
  }
}
