import { jest } from '@jest/globals';
import { deriveId } from '#contracts/ids.js';
import { type KafkaCluster, startKafka } from '#testing/kafka/cluster.js';
import { TEST_USER } from '#testing/kafka/security.js';
import { canStartKafka } from '#testing/kafka/test-broker.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresCheckpoints } from '../postgres/log/checkpoints.js';
import { createPool, type Pool } from '../postgres/pool.js';
import { inTransaction } from '../postgres/transaction.js';
import type { KafkaConnection } from './connection.js';
import { SILENT } from './harness.js';
import { KafkaLog } from './kafka-log.js';

jest.setTimeout(60_000);
const suite = (await canStartKafka()) ? describe : describe.skip;

suite('Kafka behind TLS and SASL', () => {
  let cluster: KafkaCluster;
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    cluster = await startKafka({ secure: true });
    database = await testDatabase();
    pool = createPool(database.url, { role: 'secure' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
    await cluster.stop();
  });

  const connection = (change: Partial<KafkaConnection>): KafkaConnection => ({
    brokers: cluster.secureBrokers,
    tls: { ca: cluster.certificate ?? '' },
    ...change,
  });
  const open = (change: Partial<KafkaConnection>) =>
    KafkaLog.open(connection(change), SILENT, {
      leases: new PostgresCheckpoints(pool),
      registry: null,
      replication: 1,
    });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('appends and consumes with %s', async (mechanism) => {
    const log = await open({ sasl: { mechanism, ...TEST_USER } });
    const topic = `secure-${mechanism}.g1`;
    await log.createTopic(topic, 1);
    const seen: unknown[] = [];
    const checkpoints = new PostgresCheckpoints(pool);
    await log.consume({
      group: 'g',
      topic,
      maxRecords: 10,
      onPoison: () => Promise.reject(new Error('nothing is poison here')),
      onBatch: async ({ fence, first, next, records }) => {
        await inTransaction(pool, (tx) => checkpoints.advance(tx, fence, first, next));
        seen.push(...records.map(({ data }) => data['n']));
      },
    });
    const record = { topic, key: deriveId('k'), workspaceId: deriveId('w'), type: 'test', v: 1, at: 0, sealed: null };
    await log.append([1, 2, 3].map((n) => ({ ...record, id: deriveId('r', n), data: { n } })));
    await until(() => seen.length === 3, 20_000);
    expect(seen).toEqual([1, 2, 3]);
    await log.close();
  });

  it('refuses a wrong password, and a certificate it does not know, with the reason', async () => {
    const wrong = { mechanism: 'scram-sha-256', username: TEST_USER.username, password: 'wrong' } as const;
    await expect(open({ sasl: wrong })).rejects.toThrow(/SCRAM|[Aa]uthentication/);
    await expect(open({ sasl: { mechanism: 'plain', ...TEST_USER }, tls: {} })).rejects.toThrow(/certificate/);
  });
});
