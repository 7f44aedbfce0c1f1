import type { Pool } from 'pg';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { until } from '#engine/log/conformance/harness.js';
import { FencedError, LogUnavailableError } from '#engine/log/errors.js';
import { Relay } from '#engine/outbox/relay.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { PostgresOutbox } from './outbox.js';

let database: TestDatabase;
let pool: Pool;
let outbox: PostgresOutbox;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  outbox = new PostgresOutbox(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const workspaceId = deriveId('workspace');
const record = (n: number): Appendable => ({
  topic: 'engagements.g1',
  key: deriveId('key', n),
  workspaceId,
  id: deriveId('record', n),
  type: 'effect_outcome',
  v: 1,
  at: 1_700_000_000_123 + n,
  data: { n },
  sealed: n % 2 === 0 ? null : Buffer.from([n]),
});
const records = (from: number, to: number): Appendable[] =>
  Array.from({ length: to - from }, (_, i) => record(from + i));
const enqueue = (lane: string, of: readonly Appendable[]): Promise<void> =>
  inTransaction(pool, (tx) => outbox.enqueue(tx, lane, of));
const options = { maxRecords: 3, pollMs: 5, backoff: { firstMs: 1, maxMs: 5 } };

/** A log that remembers what was appended; `append` may be made to fail. */
function recorder(fail: () => Error | null = () => null) {
  const appended: Appendable[] = [];
  return {
    appended,
    append: async (of: readonly Appendable[]) => {
      const error = fail();
      if (error) throw error;
      appended.push(...of);
      return of.map((_, position) => ({ partition: 0, position }));
    },
  };
}

async function left(lane: string): Promise<unknown> {
  const { rows } = await pool.query(
    `select (select count(*) from log.outbox o where o.lane = l.lane) as rows, next, relayed, owner
     from log.outbox_lane l where lane = $1`,
    [lane],
  );
  return rows[0];
}

it('relays each lane whole and in the order of commit, then is empty', async () => {
  await enqueue('one', [...records(0, 5), { ...record(5), key: null, partition: 3 }]);
  const rolledBack = inTransaction(pool, async (tx) => {
    await outbox.enqueue(tx, 'one', records(90, 95));
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await enqueue('one', records(6, 8));
  await enqueue('two', records(20, 21));
  const log = recorder();
  const relay = new Relay(outbox, log, options).start();
  await until(() => log.appended.length === 9, 'all are relayed');
  await relay.drain();
  expect(log.appended.filter((one) => Number(one.data['n']) < 20)).toEqual([
    ...records(0, 5),
    { ...record(5), key: null, partition: 3 },
    ...records(6, 8),
  ]);
  expect(await left('one')).toEqual({ rows: 0, next: 8, relayed: 8, owner: null });
});

it('hands out positions in the order of commit under concurrent writers', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => enqueue('busy', records(n * 3, n * 3 + 3))));
  const log = recorder();
  const relay = new Relay(outbox, log, options).start();
  await until(() => log.appended.length === 60, 'all are relayed');
  await relay.drain();
  const ns = log.appended.map((one) => Number(one.data['n']));
  for (let from = 0; from < 60; from += 3) expect(ns[from + 2]).toBe(Number(ns[from]) + 2);
  expect(new Set(ns).size).toBe(60);
});

it('waits while the log is away, shows why, and passes over nothing', async () => {
  let away = true;
  await enqueue('patient', records(0, 4));
  const log = recorder(() => (away ? new LogUnavailableError('the log is away') : null));
  const relay = new Relay(outbox, log, options).start();
  await until(() => relay.troubles().get('patient')?.message === 'the log is away', 'the trouble is shown');
  away = false;
  await until(() => log.appended.length === 4, 'all are relayed');
  await until(() => relay.troubles().size === 0, 'no trouble is left');
  await relay.drain();
  expect(log.appended).toEqual(records(0, 4));
});

it('a relay killed between append and move: the next repeats in order and loses nothing', async () => {
  await enqueue('killed', records(0, 7));
  const log = recorder();
  const taken = await outbox.take('killed', 'the one that dies');
  if (taken === null) throw new Error('a free lane could not be taken');
  await log.append(await outbox.read('killed', taken.relayed, 3));
  expect(await outbox.waiting('another')).not.toContain('killed');
  await pool.query(`update log.outbox_lane set leased_until = now() - interval '1 s' where lane = 'killed'`);
  const relay = new Relay(outbox, log, options).start();
  await until(() => log.appended.length === 10, 'the rest is relayed');
  await relay.drain();
  expect(log.appended.map((one) => one.data['n'])).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 5, 6]);
  await expect(outbox.move(taken.fence, 0, 3)).rejects.toBeInstanceOf(FencedError);
  expect(await left('killed')).toMatchObject({ rows: 0, relayed: 7 });
});
