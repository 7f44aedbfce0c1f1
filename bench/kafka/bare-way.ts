/**
 * What the machine gives at best on Kafka: the same client reads the same records, rows of the same tables are written in bulk in one
 * transaction a batch, and as many records as were decided are produced again. No logic, no sealing, no relay, one process.
 */
import kafkajs, { type EachBatchPayload } from 'kafkajs';
import type pg from 'pg';
import { MAX_RECORD_BYTES } from '#adapters/kafka/topics.js';
import type { BulkWrite, Shape } from '../pipeline/bulk-write.js';

const LANES = 2;
const BATCH = 500;
const EVENT_BYTES = 900;
const TOPIC = 'bare-events.g1';
/** As the engine's own client is set. */
const ALL = -1;

export interface BareWish {
  readonly brokers: readonly string[];
  /** The topic to read from its begin, and how many records of it. */
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
  readonly bulk: BulkWrite;
  readonly shape: Shape;
  /** One for each lane. */
  readonly clients: readonly pg.Client[];
  /** A consumer group that nobody used before. */
  readonly group: string;
}

/** Records a second, from the first batch to the last commit and acknowledgement. */
export async function bareWay(wish: BareWish): Promise<number> {
  const { brokers, topic, partitions, records, bulk, shape, clients, group } = wish;
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const [producer, consumer, admin] = [
    kafka.producer({ allowAutoTopicCreation: false }),
    kafka.consumer({ groupId: group }),
    kafka.admin(),
  ];
  await Promise.all([producer.connect(), consumer.connect(), admin.connect()]);
  const configEntries = [{ name: 'max.message.bytes', value: String(MAX_RECORD_BYTES) }];
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: partitions, configEntries }],
    waitForLeaders: true,
  });
  const value = Buffer.alloc(EVENT_BYTES, 'x');
  const lanes = clients.slice(0, LANES);
  const free = lanes.map((_, lane) => lane);
  const waiting: ((lane: number) => void)[] = [];
  let [began, written] = [Number.NaN, 0];
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<number>();
  const one = async (count: number, partition: number): Promise<void> => {
    const lane = free.pop() ?? (await new Promise<number>((resolve) => waiting.push(resolve)));
    await bulk.write(lanes[lane] as pg.Client, count, lane, lanes.length, { ...shape, log: false });
    const messages = Array.from({ length: Math.round(count * shape.events) }, () => ({ partition, value }));
    await producer.send({ topic: TOPIC, acks: ALL, messages });
    const next = waiting.shift();
    if (next) next(lane);
    else free.push(lane);
    written += count;
    if (written >= records) finish(performance.now());
  };
  const eachBatch = async ({ batch, heartbeat }: EachBatchPayload): Promise<void> => {
    if (Number.isNaN(began)) began = performance.now();
    try {
      for (let from = 0; from < batch.messages.length; from += BATCH) {
        await one(Math.min(BATCH, batch.messages.length - from), batch.partition);
        await heartbeat();
      }
    } catch (error) {
      // The client would read the batch again, for ever.
      fail(error);
      throw error;
    }
  };
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: LANES, eachBatch });
  const ended = await finished;
  await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  return written / ((ended - began) / 1000);
}
