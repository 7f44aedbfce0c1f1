import { jest } from '@jest/globals';
import type { Admin, PartitionMetadata } from 'kafkajs';
import { deriveId } from '#contracts/ids.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import type { Batch } from '#engine/log/log.js';
import { type KafkaCluster, type KafkaNode, startKafka } from '#testing/kafka/cluster.js';
import { canStartKafka } from '#testing/kafka/test-broker.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresCheckpoints } from '../postgres/log/checkpoints.js';
import { createPool, type Pool } from '../postgres/pool.js';
import { inTransaction } from '../postgres/transaction.js';
import { createClient } from './connection.js';
import { SILENT } from './harness.js';
import { KafkaLog } from './kafka-log.js';

jest.setTimeout(120_000);
const suite = (await canStartKafka()) ? describe : describe.skip;
const PARTITIONS = 6;

suite('a cluster of three brokers', () => {
  let cluster: KafkaCluster;
  let database: TestDatabase;
  let pool: Pool;
  let admin: Admin;
  let log: KafkaLog;

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    database = await testDatabase();
    pool = createPool(database.url, { role: 'brokers' });
    await pool.query('create table public.effect (n bigserial primary key, key uuid, number int)');
    admin = createClient({ brokers: cluster.brokers }, SILENT).admin();
    await admin.connect();
    log = await KafkaLog.open({ brokers: cluster.brokers }, SILENT, {
      leases: new PostgresCheckpoints(pool),
      registry: null,
      sessionMs: 3_000,
    });
  });
  afterAll(async () => {
    await log.close();
    await admin.disconnect();
    await pool.end();
    await database.drop();
    await cluster.stop();
  });

  /** What holds for the partitions as the cluster tells now; false while it tells nothing. */
  async function partitionsOf(topic: string, hold: (all: readonly PartitionMetadata[]) => boolean): Promise<boolean> {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
    return topics[0] !== undefined && hold(topics[0].partitions);
  }
  const leadsNothing = (node: KafkaNode, topic: string) =>
    partitionsOf(topic, (all) => all.every(({ leader }) => leader >= 0 && leader !== node.id));
  const isWhole = (topic: string) => partitionsOf(topic, (all) => all.every(({ isr }) => isr.length === 3));

  /** Appends numbers to keys one after the other, each until it is taken, while `strike` happens; then all is read. */
  async function underLoad(topic: string, strike: () => Promise<void>): Promise<{ refused: number }> {
    await log.createTopic(topic, PARTITIONS);
    await until(() => isWhole(topic));
    await consume(topic);
    let refused = 0;
    let striking = true;
    const counts = new Map<string, number>();
    const writers = Array.from({ length: 12 }, async (_, writer) => {
      const key = deriveId(topic, writer);
      for (let number = 0; striking || number < 30; number += 1) {
        for (;;) {
          try {
            await log.append([record(topic, key, number)], { timeoutMs: 2_000 });
            break;
          } catch (error) {
            if (!(error instanceof LogUnavailableError)) throw error;
            refused += 1;
          }
        }
        counts.set(key, number + 1);
      }
    });
    await until(() => [...counts.values()].filter((count) => count > 3).length === 12, 20_000);
    await strike().finally(() => {
      striking = false;
    });
    await Promise.all(writers);
    const applied = async (): Promise<Map<string, number[]>> => {
      const { rows } = await pool.query('select key, number from public.effect order by n');
      return Map.groupBy(rows, (row) => row.key as string) as unknown as Map<string, number[]>;
    };
    await until(async () => {
      const of = await applied();
      return [...counts].every(([key, count]) => new Set(of.get(key)?.map(numberOf)).size === count);
    }, 40_000);
    for (const [key, rows] of await applied()) {
      // A repeat may follow; the first of each number comes in order.
      const first = [...new Set(rows.map(numberOf))];
      expect(first).toEqual([...Array(counts.get(key)).keys()]);
    }
    await pool.query('truncate public.effect');
    return { refused };
  }

  const numberOf = (row: unknown): number => (row as { number: number }).number;

  function record(topic: string, key: string, number: number) {
    const id = deriveId(topic, key, number);
    return { topic, key, workspaceId: deriveId('w'), id, type: 'test', v: 1, at: 0, data: { number }, sealed: null };
  }

  async function consume(topic: string): Promise<void> {
    const checkpoints = new PostgresCheckpoints(pool);
    await log.consume({
      group: 'g',
      topic,
      maxRecords: 100,
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
      onBatch: ({ fence, first, next, records }: Batch) =>
        inTransaction(pool, async (tx) => {
          await checkpoints.advance(tx, fence, first, next);
          const keys = records.map(({ key }) => key);
          const numbers = records.map(({ data }) => data['number']);
          await tx.query(
            'insert into public.effect (key, number) select * from unnest($1::uuid[], $2::int[]) as t(key, number)',
            [keys, numbers],
          );
        }),
    });
  }

  it('loses and reorders nothing when one is killed', async () => {
    const topic = 'killed.g1';
    await underLoad(topic, async () => {
      const victim = cluster.nodes[0] as KafkaNode;
      victim.signal('SIGKILL');
      await until(() => leadsNothing(victim, topic), 30_000);
      await victim.restart();
      await until(() => isWhole(topic), 30_000);
    });
  });

  it('loses and reorders nothing when one stands still for a while', async () => {
    const topic = 'paused.g1';
    await underLoad(topic, async () => {
      const victim = cluster.nodes[1] as KafkaNode;
      victim.signal('SIGSTOP');
      await until(() => leadsNothing(victim, topic), 40_000).finally(() => victim.signal('SIGCONT'));
    });
  });
});
