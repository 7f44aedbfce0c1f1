import { deriveId } from '#contracts/ids.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { until } from './conformance/harness.js';
import { TooSlowError, WorldError } from './errors.js';
import type { Batch } from './log.js';
import { MemoryLog, MemoryStore } from './memory.js';

const topic = 'engagements.g1';
const group = 'rules';
const workspaceId = deriveId('workspace');

async function storeWith(...counts: readonly number[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  store.createTopic(topic, counts.length);
  const log = new MemoryLog(store);
  for (const [partition, count] of counts.entries()) {
    for (let n = 0; n < count; n += 1) {
      const id = deriveId('record', partition, n);
      const record = {
        topic,
        key: null,
        partition,
        workspaceId,
        id,
        type: 'test',
        v: 1,
        at: n,
        data: {},
        sealed: null,
      };
      await log.append([record]);
    }
  }
  return store;
}

function move(store: MemoryStore, batch: Batch, marks: string[], mark: string): Promise<void> {
  return inMemoryTransaction(async (tx) => {
    await store.checkpoints.advance(tx, batch.fence, batch.first, batch.next);
    tx.write(() => marks.push(...batch.records.map((one) => `${mark}${one.partition}/${one.position}`)));
  });
}

/** What a dead process waits for; at the end of a test it is over, and what it then does is fenced. */
let grave: PromiseWithResolvers<never>;
let logs: MemoryLog[];
beforeEach(() => {
  grave = Promise.withResolvers();
  grave.promise.catch(() => undefined);
  logs = [];
});
afterEach(async () => {
  grave.reject(new WorldError('dead'));
  await Promise.all(logs.map((log) => log.close()));
});

function start(store: MemoryStore): MemoryLog {
  const log = new MemoryLog(store, { heartbeatMs: 600_000 });
  logs.push(log);
  return log;
}

it('parks the record that kills the process, and none of a partition that died beside it', async () => {
  const store = await storeWith(5, 5);
  const marks: string[] = [];
  for (let life = 1; life <= 6; life += 1) {
    const deadly = Promise.withResolvers<void>();
    const alive = start(store);
    let dead = false;
    await alive.consume({
      group,
      topic,
      maxRecords: 10,
      onBatch: async (batch) => {
        const { partition } = batch.fence;
        if (partition === 0 && batch.first <= 2 && batch.next > 2) {
          dead = true;
          deadly.resolve();
        }
        // Batches of the other partition are on their way just then, each time, and die with it.
        if (partition === 1 && batch.records.length > 1) await deadly.promise;
        if (dead) await grave.promise;
        await move(store, batch, marks, '');
      },
      onPoison: (batch) => move(store, batch, marks, 'parked '),
    });
    if (life < 6) await deadly.promise;
    else await until(() => marks.length === 10, 'all are applied or parked');
    for (const partition of [0, 1]) store.checkpoints.expire(group, topic, partition);
  }
  expect(marks.filter((one) => one.startsWith('parked'))).toEqual(['parked 0/2']);
  expect(marks.filter((one) => one.includes('1/'))).toEqual(['1/0', '1/1', '1/2', '1/3', '1/4']);
});

it('does not try a record a fourth time because the world went away while it was being parked', async () => {
  const store = await storeWith(1);
  const log = start(store);
  const marks: string[] = [];
  const attempts: number[] = [];
  let outages = 2;
  await log.consume({
    group,
    topic,
    maxRecords: 10,
    onBatch: async (batch) => {
      attempts.push(batch.attempt);
      throw new Error('cannot be folded');
    },
    onPoison: async (batch, error) => {
      expect(error).toEqual(new Error('cannot be folded'));
      outages -= 1;
      if (outages >= 0) throw new WorldError('the database is away');
      await move(store, batch, marks, 'parked ');
    },
  });
  await log.settled();
  expect(marks).toEqual(['parked 0/0']);
  expect(attempts.slice(-3)).toEqual([0, 1, 2]);
  expect(attempts.length).toBeLessThanOrEqual(6);
});

it('counts a batch that takes longer than a statement may as a try, so that it does not hold up its partition for ever', async () => {
  const store = await storeWith(3);
  const log = start(store);
  const marks: string[] = [];
  await log.consume({
    group,
    topic,
    maxRecords: 10,
    onBatch: async (batch) => {
      if (batch.first <= 1 && batch.next > 1) throw new TooSlowError('canceling statement due to statement timeout');
      await move(store, batch, marks, '');
    },
    onPoison: (batch) => move(store, batch, marks, 'parked '),
  });
  await log.settled();
  expect(marks).toEqual(['0/0', 'parked 0/1', '0/2']);
});

it('forgets failures once the batch succeeds, and outages do not count among them', async () => {
  const store = await storeWith(4);
  const log = start(store);
  const marks: string[] = [];
  const sizes: number[] = [];
  const faults = [new Error('one'), new WorldError('away'), new WorldError('away'), new WorldError('away')];
  await log.consume({
    group,
    topic,
    maxRecords: 10,
    onBatch: async (batch) => {
      sizes.push(batch.records.length);
      const fault = faults.shift();
      if (fault) throw fault;
      await move(store, batch, marks, '');
    },
    onPoison: () => Promise.reject(new Error('nothing is poison here')),
  });
  await log.settled();
  expect(sizes).toEqual([4, 4, 4, 4, 4]);
  expect(marks).toHaveLength(4);
});

it('an idle partition changes hands without a try being counted', async () => {
  const store = await storeWith(0);
  for (let life = 0; life < 4; life += 1) {
    const log = start(store);
    await log.consume({ group, topic, maxRecords: 10, onBatch: () => grave.promise, onPoison: () => grave.promise });
    await until(async () => (await store.checkpoints.list(group, topic))[0]?.owner != null, 'it is taken');
    await new Promise((resolve) => setImmediate(resolve));
    if (life % 2 === 0) await log.close();
    else store.checkpoints.expire(group, topic, 0);
  }
  const taken = await store.checkpoints.take(group, topic, 0, 'me');
  expect(taken).toMatchObject({ tries: 1, cautiousUntil: 0 });
});
