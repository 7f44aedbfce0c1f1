import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import type { StopPartitionError } from '#engine/log/errors.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresTopicRegistry } from '../postgres/log/topic-registry.js';
import { createPool, type Pool } from '../postgres/pool.js';
import { createClient } from './connection.js';
import { kafkaHarness, SILENT } from './harness.js';
import { KafkaLog } from './kafka-log.js';

jest.setTimeout(60_000);
const kafka = await testKafka();
const suite = kafka === null ? describe.skip : describe;

suite('topics on the cluster', () => {
  const brokers = kafka?.brokers ?? [];
  const run = randomBytes(4).toString('hex');
  let database: TestDatabase;
  let pool: Pool;
  let admin: Admin;
  let log: KafkaLog;

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'topics' });
    admin = createClient({ brokers }, SILENT).admin();
    await admin.connect();
    log = await open();
  });
  afterAll(async () => {
    await log.close();
    await admin.disconnect();
    await pool.end();
    await database.drop();
  });

  const open = (replication = 1) =>
    KafkaLog.open({ brokers }, SILENT, { leases: null, registry: new PostgresTopicRegistry(pool), replication });
  const made = (topic: string, settings: Record<string, string>, numPartitions = 2) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic, numPartitions, configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })) },
      ],
    });

  it('are made with the settings the engine relies on, and put on record', async () => {
    const topic = `engagements-${run}.g1`;
    await log.createTopic(topic, 3);
    await log.createTopic(topic, 3);
    expect(log.partitions(topic)).toBe(3);
    const { resources } = await admin.describeConfigs({
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
      includeSynonyms: false,
    });
    const config = Object.fromEntries(
      resources[0]?.configEntries.map((one) => [one.configName, one.configValue]) ?? [],
    );
    expect(config).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': String(30 * 86_400_000),
      'min.insync.replicas': '1',
      'unclean.leader.election.enable': 'false',
      'message.timestamp.type': 'LogAppendTime',
    });
    const { rows } = await pool.query('select partitions, identity from log.topic where name = $1', [topic]);
    expect(rows).toEqual([{ partitions: 3, identity: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
    const other = await open();
    expect(other.partitions(topic)).toBe(3);
    await other.close();
  });

  it('take no name without a generation', async () => {
    await expect(log.createTopic('engagements', 3)).rejects.toThrow('carries no generation');
    expect(() => log.partitions('none.g1')).toThrow('topic none.g1 does not exist');
  });

  it('are refused with another number of partitions, on the cluster and on record', async () => {
    const topic = `counted-${run}.g1`;
    await log.createTopic(topic, 3);
    await expect(log.createTopic(topic, 4)).rejects.toThrow(/it has 3 partitions and 4 are set/);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    await expect(log.createTopic(topic, 5)).rejects.toThrow(/was made with 3 partitions and 5 are set/);
  });

  it('are refused with settings that lose or reorder records, all at once', async () => {
    const topic = `careless-${run}.g1`;
    const careless = { 'cleanup.policy': 'compact', 'retention.ms': '1000', 'unclean.leader.election.enable': 'true' };
    await made(topic, careless);
    await expect(log.createTopic(topic, 2)).rejects.toThrow(
      /cannot be used: cleanup.policy is compact.*retention.ms is 1000.*unclean.leader.election.enable is true/,
    );
  });

  it('are refused without enough replicas, there or to be made', async () => {
    const strict = await open(3);
    const topic = `thin-${run}.g1`;
    const { brokers: there } = await admin.describeCluster();
    if (there.length < 3) {
      await expect(strict.createTopic(topic, 1)).rejects.toThrow(
        new RegExp(`needs 3 replicas and the cluster has ${there.length} broker.*AFTERCLICK_KAFKA_REPLICATION=1`),
      );
    }
    await log.createTopic(topic, 1);
    await expect(strict.createTopic(topic, 1)).rejects.toThrow(
      /it has 1 replica\(s\) and needs 3; min.insync.replicas is 1/,
    );
    await strict.close();
  });

  it('made anew under the same name stop their partitions, however much is in them', async () => {
    const harness = await kafkaHarness({ brokers }, await testDatabase(), { sessionMs: kafka?.own ? 1_500 : 6_000 });
    const topic = await harness.createTopic(2);
    const record = { topic, key: null, workspaceId: database.name, type: 'test', v: 1, at: 0, data: {}, sealed: null };
    const records = (partition: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...record, partition, id: `${partition}-${n}` }));
    const stopped: string[] = [];
    const consume = (process: Awaited<ReturnType<typeof harness.open>>) =>
      process.log.consume({
        group: 'g',
        topic,
        maxRecords: 100,
        onBatch: (batch) =>
          process.apply(
            batch,
            batch.records.map(({ partition, position }) => `${partition}/${position}`),
          ),
        onPoison: () => Promise.reject(new Error('nothing is poison here')),
        onStopped: (partition: number, reason: StopPartitionError) =>
          void stopped.push(`${partition} ${reason.message}`),
      });
    const applied = async (count: number) => (await harness.effects()).length === count;

    const first = await harness.open();
    await first.log.append([...records(0, 3), ...records(1, 2)]);
    await consume(first);
    await until(() => applied(5));
    await admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await admin.listTopics()).includes(topic));
    // The new one is longer than what was read of the old.
    await log.createTopic(topic, 2);
    await log.append([...records(0, 9), ...records(1, 9)], { timeoutMs: 20_000 });
    await until(() => stopped.length === 2, 30_000);
    for (const line of stopped) expect(line).toMatch(/the topic was made anew/);
    await first.close();

    // A process that starts now knows it from the record.
    stopped.length = 0;
    const second = await harness.open();
    await (second.log as KafkaLog).createTopic(topic, 2);
    await consume(second);
    await until(() => stopped.length === 2, 30_000);
    for (const line of stopped)
      expect(line).toMatch(/the topic was made anew \(id [0-9a-f]{32} then, [0-9a-f]{32} now\)/);
    await second.close();
    expect(await harness.effects()).toHaveLength(5);
    await harness.close();
  });
});
