/** A topic that is sealed on a real broker, while others append. */
import { randomBytes } from 'node:crypto';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { LogUnavailableError, SealedError } from '#engine/log/errors.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { SILENT } from './harness.js';
import { KafkaLog } from './kafka-log.js';

const kafka = await testKafka();
const PARTITIONS = 3;

(kafka ? it : it.skip)(
  'ends where it says: what was told durable stands before its end, the rest is refused at once',
  async () => {
    const topic = `test-${randomBytes(4).toString('hex')}.g1`;
    const open = () =>
      KafkaLog.open({ brokers: kafka?.brokers ?? [] }, SILENT, { leases: null, registry: null, replication: 1 });
    const [log, other] = [await open(), await open()];
    await log.createTopic(topic, PARTITIONS);
    await other.topics();
    const record = (partition: number, n: number): Appendable => {
      const id = deriveId('record', partition, n);
      const workspaceId = deriveId('workspace', 'acme');
      return {
        topic,
        key: null,
        partition,
        workspaceId,
        id,
        type: 'engagement',
        v: 1,
        at: 0,
        data: { n },
        sealed: null,
      };
    };
    const taken: { partition: number; position: number }[] = [];
    const refused = new Set<string>();
    // Several calls at once, so that requests of a sealed and an open partition are joined.
    const appending = Array.from({ length: 12 }, async (_, lane) => {
      const [through, partition] = [lane % 2 === 0 ? log : other, lane % PARTITIONS];
      for (let n = 0; ; n += 1) {
        try {
          taken.push(...(await through.append([record(partition, lane * 1e6 + n)])));
        } catch (error) {
          if (error instanceof LogUnavailableError) continue;
          expect(error).toBeInstanceOf(SealedError);
          for (const { partition: sealed } of (error as SealedError).places) refused.add(`${lane} ${sealed}`);
          return;
        }
      }
    });
    const ends = await log.seal(topic);
    await Promise.all(appending);
    expect(refused.size).toBe(12);
    expect(taken.length).toBeGreaterThan(12);
    expect(taken.filter(({ partition, position }) => position >= (ends[partition] ?? 0))).toEqual([]);
    expect(await other.ends(topic)).toEqual(ends);
    expect(await other.seal(topic)).toEqual(ends);
    // A process that starts later finds it sealed, and fit for use.
    const later = await open();
    await later.createTopic(topic, PARTITIONS);
    await expect(later.append([record(0, 1)])).rejects.toThrow(SealedError);
    await Promise.all([log, other, later].map((one) => one.close()));
  },
  120_000,
);
