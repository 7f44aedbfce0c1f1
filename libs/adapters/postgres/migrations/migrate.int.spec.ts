import pg from 'pg';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../pool.js';
import { MIGRATIONS } from './list.js';
import { migrate } from './migrate.js';
import { ensurePartitions } from './partitions.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase({ empty: true });
  pool = createPool(database.url, { role: 'test', max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const NOW = Date.parse('2026-11-24T12:00:00Z');
const workspace = '00000000-0000-8000-8000-000000000001';

it('migrates forward on a database with data in it, from several processes at once', async () => {
  expect(await migrate(database.url, { upTo: 1 })).toHaveLength(1);
  await pool.query(
    `insert into log.record (topic_id, partition, position, appended_at, key, workspace_id, id, type, v, at, data)
     select 1, 0, n, '2026-10-05', null, $1, gen_random_uuid(), 'engagement', 1, '2026-10-05', '{}' from generate_series(0, 99) n`,
    [workspace],
  );
  await pool.query(
    `insert into log.outbox (lane, position, topic, key, workspace_id, id, type, v, at, data)
     values ('timers', 7, 'engagements.g1', $1, $1, $1, 'timer_due', 1, '2026-10-05', '{"purpose":"settle","dueAt":1790000000123}')`,
    [workspace],
  );
  const ran = await Promise.all([migrate(database.url, { now: NOW }), migrate(database.url, { now: NOW })]);
  expect(ran.map((names) => names.length).sort()).toEqual([0, MIGRATIONS.length - 1]);
  expect(await migrate(database.url, { now: NOW })).toEqual([]);
  const { rows } = await pool.query('select count(*) as n, min(position) as first from log.record');
  expect(rows[0]).toEqual({ n: 100, first: 0 });
  const { rows: fired } = await pool.query('select * from engine.timer_fired');
  const at = Date.parse('2026-10-05');
  const of = { workspace_id: workspace, contact_id: workspace, topic: 'engagements.g1' };
  expect(fired).toEqual([{ position: 7, purpose: 'settle', due_at: 1_790_000_000_123, at, ...of }]);
});

it('makes monthly partitions ahead, which take the rows of their months', async () => {
  const { rows } = await pool.query(
    `select inhparent::regclass::text as parent, inhrelid::regclass::text as child from pg_inherits order by 1, 2`,
  );
  const of = (parent: string) => rows.filter((row) => row.parent === parent).map((row) => row.child);
  expect(of('engine.event')).toEqual([
    'engine.event_2026_11',
    'engine.event_2026_12',
    'engine.event_2027_01',
    'engine.event_default',
  ]);
  expect(of('engine.seen')).toHaveLength(14 + 3 + 1);
  await pool.query(`insert into engine.seen values ($1, gen_random_uuid(), '2026-12-01')`, [workspace]);
  const { rows: placed } = await pool.query('select tableoid::regclass::text as child, month from engine.seen');
  expect(placed).toEqual([{ child: 'engine.seen_2026_12', month: '2026-12-01' }]);
});

it('makes those of a past range, and leaves a range alone whose rows lie in the default partition', async () => {
  const made = await ensurePartitions(pool, NOW, Date.parse('2026-09-03T00:00:00Z'));
  expect(made.skipped).toEqual(['log.record_2026_10']);
  expect(made.made).toContain('log.record_2026_09');
  expect(made.made).toContain('deliveries.delivery_2026_10');
  expect(await ensurePartitions(pool, NOW)).toEqual({ made: [], skipped: [] });
});

it('reads bigints as numbers and times as milliseconds', async () => {
  const { rows } = await pool.query(
    `select 9007199254740991::bigint as big, '2026-11-24T12:00:00.123456+02'::timestamptz as at, '2026-11-01'::date as day`,
  );
  expect(rows[0]).toEqual({ big: 9007199254740991, at: Date.parse('2026-11-24T10:00:00.123Z'), day: '2026-11-01' });
  await expect(pool.query('select 9007199254740993::bigint')).rejects.toThrow('beyond');
});
