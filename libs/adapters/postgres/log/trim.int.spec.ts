import type { Pool } from 'pg';
import { deriveId } from '#contracts/ids.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { ensurePartitions } from '../migrations/partitions.js';
import { createPool } from '../pool.js';
import { createTopic } from './topics.js';
import { trim } from './trim.js';

let database: TestDatabase;
let pool: Pool;

const AUGUST = Date.parse('2026-08-10T00:00:00Z');
const NOW = Date.parse('2026-10-05T00:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  await ensurePartitions(pool, NOW, AUGUST);
  await createTopic(pool, 'engagements.g1', 2);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function append(partition: number, from: number, to: number, at: string): Promise<void> {
  await pool.query(
    `insert into log.record (topic_id, partition, position, appended_at, workspace_id, id, type, v, at, data)
     select t.id, $1, n, $4::timestamptz, $5, $5, 'test', 1, $4::timestamptz, '{}'
     from log.topic t, generate_series($2::bigint, $3::bigint - 1) n where t.name = 'engagements.g1'`,
    [partition, from, to, at, deriveId('workspace')],
  );
}

async function stands(group: string, partition: number, next: number): Promise<void> {
  await pool.query(
    `insert into log.checkpoint (consumer_group, topic, partition, next) values ($1, 'engagements.g1', $2, $3)
     on conflict (consumer_group, topic, partition) do update set next = excluded.next`,
    [group, partition, next],
  );
}

async function left(): Promise<number[]> {
  const { rows } = await pool.query('select partition, count(*)::int as n from log.record group by 1 order by 1');
  return rows.map((row) => row.n);
}

it('drops what is past its time and consumed by every group, and nothing else', async () => {
  await append(0, 0, 10, '2026-08-15');
  await append(1, 0, 10, '2026-08-15');
  await append(0, 10, 20, '2026-09-15');
  await append(0, 20, 21, '2026-10-04');
  await append(1, 10, 14, '2026-07-01');

  // Nobody consumed yet: all of it is still needed.
  expect(await trim(pool, NOW)).toEqual({ dropped: [], kept: ['log.record_2026_08'], deleted: 0 });
  await stands('rules', 0, 21);
  await stands('rules', 1, 12);
  await stands('late', 0, 5);
  expect(await trim(pool, NOW)).toEqual({ dropped: [], kept: ['log.record_2026_08'], deleted: 0 });
  expect(await left()).toEqual([21, 14]);

  await stands('late', 0, 21);
  await stands('late', 1, 12);
  expect(await trim(pool, NOW)).toEqual({ dropped: ['log.record_2026_08'], kept: [], deleted: 2 });
  // September is consumed but not yet 30 days over; two of July are not consumed.
  expect(await left()).toEqual([11, 2]);
  expect(await trim(pool, NOW)).toEqual({ dropped: [], kept: [], deleted: 0 });
});
