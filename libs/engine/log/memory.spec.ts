import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import type { Fate } from './chaos.js';
import type { Batch } from './log.js';
import { MemoryLog, MemoryStore } from './memory.js';

const topic = 'engagements.g1';
const workspaceId = deriveId('workspace');

function record(n: number, key: Uuid): Appendable {
  return {
    topic,
    key,
    workspaceId,
    id: deriveId('record', n),
    type: 'engagement',
    v: 1,
    at: n,
    data: { n },
    sealed: null,
  };
}

it('applies each record once and in order, whatever befalls the batches', async () => {
  const fates: Fate[] = ['deliver', 'lost-before', 'lost-after', 'deposed', 'deliver', 'deposed', 'lost-after'];
  const sizes = [1, 5, 2, 7, 3];
  let batches = 0;
  const log = new MemoryLog(new MemoryStore(), {
    batchSize: () => sizes[batches % sizes.length] ?? 1,
    fate: () => fates[batches++ % fates.length] ?? 'deliver',
  });
  log.createTopic(topic, 3);
  const applied: string[] = [];
  await log.append(Array.from({ length: 60 }, (_, n) => record(n, deriveId('key', n % 5))));
  await log.consume({
    group: 'rules',
    topic,
    maxRecords: 10,
    onPoison: () => Promise.reject(new Error('nothing is poison here')),
    onBatch: (batch: Batch) =>
      inMemoryTransaction(async (tx) => {
        await log.checkpoints.advance(tx, batch.fence, batch.first, batch.next);
        tx.write(() => applied.push(...batch.records.map((one) => `${one.key} ${one.data['n']}`)));
      }),
  });
  await log.settled();
  expect(applied).toHaveLength(60);
  for (let key = 0; key < 5; key += 1) {
    const of = applied.filter((one) => one.startsWith(deriveId('key', key)));
    expect(of).toEqual(Array.from({ length: 12 }, (_, i) => `${deriveId('key', key)} ${key + 5 * i}`));
  }
  await log.close();
});

it('says why a partition pauses without the words of a fault, which may quote what it was about', async () => {
  const log = new MemoryLog(new MemoryStore());
  log.createTopic(topic, 1);
  await log.append([record(1, deriveId('key', 1))]);
  const retry = Promise.withResolvers<void>();
  const consumption = await log.consume({
    group: 'rules',
    topic,
    maxRecords: 10,
    onPoison: () => Promise.reject(new Error('jane@example.com cannot be set aside')),
    onBatch: async () => {
      await retry.promise;
      throw new TypeError('jane@example.com is not iterable');
    },
  });
  const troubles = async () => (await consumption.status()).map(({ trouble }) => trouble);
  expect(await troubles()).toEqual([null]);
  retry.resolve();
  let trouble: string | null = null;
  for (let turns = 0; trouble === null && turns < 1_000; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    [trouble = null] = await troubles();
  }
  expect(trouble).toMatch(/^(Type)?Error$/);
  await log.close();
});
