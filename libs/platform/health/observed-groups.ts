/** Where consumer groups of other processes stand, by their checkpoints: for a process that shows them and consumes nothing. */
import type { CheckpointRow } from '#engine/log/checkpoints.js';
import type { WatchedGroup } from './watched.js';

export interface Observed {
  readonly group: string;
  /** With its generation. */
  readonly topic: string;
}

export interface ObservedParts {
  /** Rows of a group on a topic. */
  readonly rows: (group: string, topic: string) => Promise<readonly CheckpointRow[]>;
  /** Per partition the position after its last record. */
  readonly ends: (topic: string) => Promise<readonly number[]>;
}

/** Rejects with WorldError when the database or the log is away. What stopped a partition only its own process knows. */
export function observedGroups(
  observed: readonly Observed[],
  { rows, ends }: ObservedParts,
): Promise<readonly WatchedGroup[]> {
  return Promise.all(
    observed.map(async ({ group, topic }) => {
      const [checkpoints, last] = await Promise.all([rows(group, topic), ends(topic)]);
      const of = new Map(checkpoints.map((row) => [row.partition, row]));
      const partitions = last.map((end, partition) => {
        const { next = 0, owner = null } = of.get(partition) ?? {};
        return { partition, owned: owner !== null, next, end, trouble: null };
      });
      return { group, topic, partitions };
    }),
  );
}
