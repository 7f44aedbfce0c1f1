/** Whether what was published is in force on every partition. */
import { pendingPublications } from '#adapters/postgres/operations/pending-publications.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Log } from '#engine/log/log.js';
import type { Probe } from './watched.js';

/** A publication takes milliseconds to be in force; after this long something is wrong. */
const PUBLICATION_MS = 30_000;

/** `engagements`: the topic of inputs, with its generation. */
export function rulesProbe(
  pool: Pool,
  log: Pick<Log, 'partitions'>,
  engagements: () => string,
  clock: () => number,
): Probe {
  return {
    part: 'rules',
    troubles: async () => {
      const topic = engagements();
      const of = log.partitions(topic);
      const pending = await pendingPublications(pool, topic, of).catch(() => null);
      if (pending === null) return ['It could not be read which rules are in force.'];
      return pending
        .filter(({ publishedAt }) => publishedAt < clock() - PUBLICATION_MS)
        .map(
          ({ workspace, number, partitions }) =>
            `Publication ${number} of workspace ${workspace} is in force on ${partitions} of ${of} partitions only.`,
        );
    },
  };
}
