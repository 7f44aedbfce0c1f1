/** Our timers, armed and fired as the engine does. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { armTimers } from '#adapters/postgres/timers/arm.js';
import { PostgresTimers } from '#adapters/postgres/timers/timers.js';
import { inTransaction } from '#adapters/postgres/transaction.js';
import type { Uuid } from '#contracts/ids.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { FIRED_AT_ONCE } from '#engine/timers/firing.js';
import { progress } from '../report/report.js';

/** Of one transaction: as many as a large batch of decisions arms. */
const AT_ONCE = 1_000;
const FILLED_AT_ONCE = 500_000;
const PURPOSES = ['settle', 'score', 'rule:sunset', 'rule:renewal-reminder', 'rule:re-engagement'];
const TOPIC = 'engagements.g1';
const WORKSPACE: Uuid = '0f0f0f0f-0000-4000-8000-000000000001';

const inKeyOrder = (timers: ArmedTimer[]): ArmedTimer[] => timers.sort((a, b) => (a.contactId < b.contactId ? -1 : 1));

function some(count: number, dueAt: (nth: number) => number): ArmedTimer[] {
  return Array.from({ length: count }, (_, nth) => ({
    workspaceId: WORKSPACE,
    contactId: randomUUID(),
    purpose: PURPOSES[nth % PURPOSES.length] as string,
    dueAt: dueAt(nth),
  }));
}

/** Arms `count` of some contacts, in transactions as decisions have them. Answers the seconds it took. */
export async function arm(pool: Pool, count: number, dueAt: (nth: number) => number): Promise<number> {
  const all = some(count, dueAt);
  const began = performance.now();
  for (let from = 0; from < count; from += AT_ONCE) {
    const timers = inKeyOrder(all.slice(from, from + AT_ONCE));
    await inTransaction(pool, (tx) => armTimers(tx, timers));
  }
  return (performance.now() - began) / 1000;
}

const FILL = `
insert into engine.timer (workspace_id, contact_id, purpose, due_at)
select $1::uuid, gen_random_uuid(), ($2::text[])[1 + n % cardinality($2::text[])], to_timestamp($3::float8 / 1000) + n * interval '1 second'
from generate_series($4::bigint, $5::bigint) n`;

/** The table with so many that are due from `from` on, laid down by SQL. */
export async function fill(pool: Pool, count: number, from: number): Promise<void> {
  await pool.query('truncate engine.timer');
  for (let first = 0; first < count; first += FILLED_AT_ONCE) {
    const last = Math.min(count, first + FILLED_AT_ONCE) - 1;
    await pool.query(FILL, [WORKSPACE, PURPOSES, from, first, last]);
    if (count > FILLED_AT_ONCE) progress(`${last + 1} timers`);
  }
  await pool.query('vacuum (analyze) engine.timer');
  await pool.query('checkpoint');
}

/** Fires all that is due at `now`: out of the table and into the outbox. Answers the seconds it took. */
export async function fire(pool: Pool, now: number, expected: number): Promise<number> {
  const timers = new PostgresTimers(pool);
  const fence = await timers.take('bench');
  if (fence === null) throw new Error('the right to fire is not to be had');
  const began = performance.now();
  let fired = 0;
  for (let count = FIRED_AT_ONCE; count === FIRED_AT_ONCE; fired += count)
    count = await timers.fire(fence, { after: null, until: now }, FIRED_AT_ONCE, { topic: TOPIC, at: now });
  const seconds = (performance.now() - began) / 1000;
  if (fired !== expected) throw new Error(`${fired} timers fired, of ${expected} that were due`);
  await timers.release(fence);
  await pool.query('truncate engine.timer_fired');
  await pool.query('delete from log.outbox_lane');
  return seconds;
}

/** Table and indexes, for each row. */
export async function bytesPerTimer(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: number; count: number }>(
    `select pg_total_relation_size('engine.timer') as bytes, (select count(*) from engine.timer) as count`,
  );
  return (rows[0]?.bytes ?? Number.NaN) / (rows[0]?.count ?? Number.NaN);
}
