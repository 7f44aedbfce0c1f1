import type { Pool } from 'pg';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { Batch } from '#engine/log/log.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { createPool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { PostgresLog } from './postgres-log.js';

let database: TestDatabase;
let sql: Pool;
const logs: PostgresLog[] = [];

beforeAll(async () => {
  database = await testDatabase();
  sql = createPool(database.url, { role: 'test' });
});
afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()));
  await sql.end();
  await database.drop();
});

async function open(): Promise<PostgresLog> {
  const log = await PostgresLog.open(database.url);
  logs.push(log);
  return log;
}

function move(log: PostgresLog, { fence, first, next }: Batch): Promise<void> {
  return inTransaction(sql, (tx) => log.checkpoints.advance(tx, fence, first, next));
}

const workspaceId = deriveId('workspace');
const record = (topic: string, n: number): Appendable => {
  const id = deriveId(topic, n);
  return { topic, key: deriveId('key', n), workspaceId, id, type: 'test', v: 1, at: 5_000, data: { n }, sealed: null };
};

it('keeps the number of partitions of a topic for ever', async () => {
  const log = await open();
  await log.createTopic('fixed.g1', 4);
  await log.createTopic('fixed.g1', 4);
  await expect(log.createTopic('fixed.g1', 8)).rejects.toThrow('fixed.g1 was made with 4 partitions and 8 are set');
  expect((await open()).partitions('fixed.g1')).toBe(4);
  expect(() => log.partitions('none.g1')).toThrow('topic none.g1 does not exist');
  await expect(log.createTopic('nameless', 4)).rejects.toThrow('carries no generation');
});

it('reads what is there before it has looked how far the log reaches, so that the first try of a process is counted', async () => {
  const before = await open();
  await before.createTopic('unknown.g1', 1);
  await before.append([record('unknown.g1', 1)]);
  const log = await open();
  const consuming = log.consume({
    group: 'reader',
    topic: 'unknown.g1',
    maxRecords: 10,
    onBatch: (batch) => move(log, batch),
    onPoison: (_, error) => Promise.reject(error),
  });
  // Asked in the same turn: no look has come back yet.
  expect(await log.read('unknown.g1', 0, 0, 10)).toHaveLength(1);
  await consuming;
});

it('gives each position once to processes that append at the same moment', async () => {
  const [one, two] = [await open(), await open()];
  await one.createTopic('busy.g1', 1);
  await two.createTopic('busy.g1', 1);
  const holder = await sql.connect();
  await holder.query('begin');
  await holder.query("select from log.head where topic = 'busy.g1' for update");
  const appended = Promise.all([one.append([record('busy.g1', 1)]), two.append([record('busy.g1', 2)])]);
  const waiting =
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await until(async () => (await sql.query(waiting)).rows[0].n === 2);
  await holder.query('commit');
  holder.release();
  const positions = (await appended).map(([at]) => at?.position);
  expect(positions.toSorted()).toEqual([0, 1]);
});

it('fails the bad request only, of those it joined in one transaction', async () => {
  const log = await open();
  await log.createTopic('joined.g1', 1);
  const bad = { ...record('joined.g1', 0), id: 'no uuid' };
  const outcomes = await Promise.allSettled([
    log.append([record('joined.g1', 1)]),
    log.append([bad]),
    log.append([record('joined.g1', 2)]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('joins requests that wait into one transaction', async () => {
  const log = await open();
  await log.createTopic('many.g1', 4);
  await Promise.all(Array.from({ length: 200 }, (_, n) => log.append([record('many.g1', n)])));
  const { rows } = await sql.query(`
    select count(distinct r.xmin::text)::int as transactions, count(*)::int as records
    from log.record r join log.topic t on t.id = r.topic_id where t.name = 'many.g1'`);
  expect(rows[0].records).toBe(200);
  expect(rows[0].transactions).toBeLessThanOrEqual(2);
});

it('reads contact events straight from their lane, and appends none', async () => {
  const log = await open();
  await log.createTopic('contact-events.g1', 2);
  await expect(log.append([record('contact-events.g1', 1)])).rejects.toThrow('the event store itself');
  const seen: unknown[] = [];
  const done = Promise.withResolvers<void>();
  const consumption = await log.consume({
    group: 'projection',
    topic: 'contact-events.g1',
    maxRecords: 10,
    onPoison: () => Promise.reject(new Error('nothing is poison here')),
    onBatch: async (batch) => {
      seen.push(...batch.records);
      await move(log, batch);
      done.resolve();
    },
  });
  await sql.query(
    `with lane as (update engine.lane_head set next = next + 1 where lane = 4097)
     insert into engine.event values ($1, $2, 1, $3, 'tag_added', 1, 'epoch', 'epoch'::timestamptz + interval '7 s', $3, $3,
       '{"by": {"engine": true}}', '\\x01', 'engagements.g1', 1, 12, 4097, 0)`,
    [workspaceId, deriveId('contact'), deriveId('event')],
  );
  log.wake('contact-events.g1', [1]);
  await done.promise;
  expect(seen).toMatchObject([
    {
      topic: 'contact-events.g1',
      partition: 1,
      position: 0,
      key: deriveId('contact'),
      id: deriveId('event'),
      at: 7_000,
      data: { version: 1, occurredAt: 0, lane: 4097, inputTopic: 'engagements.g1', data: { by: { engine: true } } },
      sealed: Buffer.from([1]),
    },
  ]);
  expect((await consumption.status()).map(({ end }) => end)).toEqual([0, 1]);
});

it('hears of what another process appended well before it would have looked', async () => {
  const [writer, reader] = [await open(), await open()];
  await writer.createTopic('heard.g1', 1);
  await reader.createTopic('heard.g1', 1);
  let heard = Promise.withResolvers<number>();
  await reader.consume({
    group: 'g',
    topic: 'heard.g1',
    maxRecords: 10,
    onPoison: () => Promise.reject(new Error('nothing is poison here')),
    onBatch: async (batch) => {
      heard.resolve(Date.now());
      await move(reader, batch);
    },
  });
  const waits: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    heard = Promise.withResolvers<number>();
    const before = Date.now();
    await writer.append([record('heard.g1', n)]);
    waits.push((await heard.promise) - before);
  }
  // The first may still find the listener connecting; a poll alone would take 100 ms in the middle.
  expect(waits.sort((a, b) => a - b)[6]).toBeLessThan(60);
});
