import { deriveId } from '#contracts/ids.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { until } from './conformance/harness.js';
import type { Batch } from './log.js';
import { MemoryLog, MemoryStore } from './memory.js';
import type { Consumed, LogMeter, Undone } from './meter.js';

const consumed = { group: 'rules', topic: 'engagements.g1' } as const;

it('tells a batch that failed and one that another owner fenced apart from those that were applied', async () => {
  const store = new MemoryStore();
  store.createTopic(consumed.topic, 1);
  const undone: string[] = [];
  const meter: LogMeter = {
    undone: ({ group, topic }: Consumed, how: Undone) => undone.push(`${group} ${topic} ${how}`),
    repeated: () => undefined,
  };
  const log = new MemoryLog(store, { backoff: { firstMs: 1, maxMs: 1 }, meter });
  let applied = 0;
  const fates = ['fail', 'fence', 'apply'];
  await log.consume({
    ...consumed,
    maxRecords: 10,
    onPoison: async () => undefined,
    async onBatch(batch: Batch) {
      const fate = fates.shift();
      if (fate === 'fail') throw new Error('this once');
      if (fate === 'fence') await depose(store);
      await inMemoryTransaction(async (tx) => {
        await store.checkpoints.advance(tx, batch.fence, batch.first, batch.next);
        tx.write(() => {
          applied += batch.records.length;
        });
      });
    },
  });
  const record = { topic: consumed.topic, key: deriveId('k'), workspaceId: deriveId('w'), id: deriveId('r') };
  await log.append([{ ...record, type: 'test', v: 1, at: 0, data: {}, sealed: null }]);
  await until(() => applied === 1, 'the record is applied');
  expect(undone).toEqual(['rules engagements.g1 aborted', 'rules engagements.g1 fenced']);
  await log.close();
});

/** Another owner takes the partition and gives it back. */
async function depose({ checkpoints }: MemoryStore): Promise<void> {
  checkpoints.expire(consumed.group, consumed.topic, 0);
  const taken = await checkpoints.take(consumed.group, consumed.topic, 0, 'thief');
  if (taken === null) throw new Error('the expired lease could not be taken');
  await checkpoints.release(taken.fence);
}
