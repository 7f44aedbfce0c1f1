/** Live before bulk, wired: how far a group has come on a topic, by its checkpoints and the ends of the log. */
import { BulkGate } from '#engine/log/bulk-gate.js';
import type { Runtime } from './runtime.js';

/** `topicNow`: asked anew each time, for its generation. The gate rejects with WorldError while the log or the checkpoints are away. */
export function bulkGate(
  { log, checkpoints }: Pick<Runtime, 'log' | 'checkpoints'>,
  group: string,
  topicNow: () => string,
): BulkGate {
  return new BulkGate({
    standings: async () => {
      const topic = topicNow();
      const [rows, ends] = await Promise.all([checkpoints.list(group, topic), log.ends(topic)]);
      const next = new Map(rows.map((row) => [row.partition, row.next]));
      return { topic, partitions: ends.map((end, partition) => ({ next: next.get(partition) ?? 0, end })) };
    },
    now: () => performance.now(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
