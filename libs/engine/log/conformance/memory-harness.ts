/** The conformance harness of the log in memory. */
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { MemoryLog, MemoryStore } from '../memory.js';
import type { LogHarness } from './harness.js';

export async function memoryHarness(): Promise<LogHarness> {
  const store = new MemoryStore();
  const { checkpoints } = store;
  const effects: string[] = [];
  let topics = 0;
  const setAway = async (away: boolean) => {
    store.away = away;
    checkpoints.away = away;
  };
  return {
    features: { atomicAppend: true, leases: true, retention: true },
    async open({ frozen = false, onFatal } = {}) {
      const log = new MemoryLog(store, {
        heartbeatMs: frozen ? 600_000 : 20,
        backoff: { firstMs: 1, maxMs: 10 },
        ...(onFatal ? { onFatal } : {}),
      });
      return {
        log,
        apply: (batch, marks) =>
          inMemoryTransaction(async (tx) => {
            tx.write(() => effects.push(...marks));
            await checkpoints.advance(tx, batch.fence, batch.first, batch.next);
          }),
        close: () => log.close(),
      };
    },
    async createTopic(partitions) {
      topics += 1;
      const topic = `test-${topics}.g1`;
      store.createTopic(topic, partitions);
      return topic;
    },
    effects: async () => effects,
    expire: async (group, topic, partition) => checkpoints.expire(group, topic, partition),
    away: () => setAway(true),
    back: () => setAway(false),
    async dropBelow(topic, partition, position) {
      const records = store.of(topic)[partition] ?? [];
      records.splice(
        0,
        records.findIndex((record) => record.position >= position),
      );
    },
    close: async () => undefined,
  };
}
