/** The log in Apache Kafka (engine.md 3): order and ownership are the cluster's, positions and fences the checkpoint's. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Message, Producer } from 'kafkajs';
import { lanePositionOf } from '#contracts/contact-event-record.js';
import type { Appendable } from '#contracts/record.js';
import { partitionOf, TOPICS } from '#contracts/topics.js';
import type { Leases } from '#engine/log/checkpoints.js';
import { Consumer, type ConsumerOptions } from '#engine/log/consumer.js';
import { Gate } from '#engine/log/gate.js';
import type { Appended, AppendOptions, Consumption, Log, Subscription } from '#engine/log/log.js';
import { newOwner } from '#engine/log/processes.js';
import { Appender, type Outgoing } from './appender.js';
import { encode, sizeOf } from './codec.js';
import { createClient, type KafkaConnection, type KafkaLogger } from './connection.js';
import { asked } from './failures.js';
import { Group } from './group.js';
import { KnownTopics } from './known-topics.js';
import { sealTopic } from './sealing.js';
import { sendThrough } from './send.js';
import { TopicMap } from './topic-map.js';
import type { TopicRegistry } from './topic-registry.js';
import { Watch } from './watch.js';

export interface KafkaLogOptions extends ConsumerOptions {
  /** Checkpoints in Postgres; null in a process that only appends. */
  readonly leases: Leases | null;
  /** Where topics are on record; null without a database. */
  readonly registry: TopicRegistry | null;
  /** Copies of each record in topics that we make; default 3. */
  readonly replication?: number;
  /** Batches of this process that run side by side, over all subscriptions. Default 8. */
  readonly concurrency?: number;
  /** Milliseconds after which a process that says nothing is out of its groups. Default 10,000. */
  readonly sessionMs?: number;
  /** Milliseconds a fetch waits at the broker when there is nothing. Default 250. */
  readonly fetchWaitMs?: number;
}

const APPEND_TIMEOUT_MS = 2_000;
const CLOSE_MS = 5_000;
/** A broker that has just begun to lead may for a moment tell of less than was read from the one before it. */
const SHORT_LOG_AFTER_MS = 5_000;
/** A broker that hangs is found out by the others in 9 s (broker.session.timeout.ms); until then its partitions have no other leader. */
const PRODUCE_MS = 10_000;

export class KafkaLog implements Log {
  readonly #connection: KafkaConnection;
  readonly #logger: KafkaLogger;
  readonly #options: KafkaLogOptions;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #map: TopicMap;
  readonly #gate: Gate;
  readonly #appender: Appender<Message>;
  readonly #topics: KnownTopics;
  readonly #consumptions: Consumption[] = [];

  private constructor(connection: KafkaConnection, logger: KafkaLogger, options: KafkaLogOptions) {
    this.#connection = connection;
    this.#logger = logger;
    this.#options = options;
    const client = createClient(connection, logger);
    this.#admin = client.admin();
    this.#map = new TopicMap(client);
    this.#topics = new KnownTopics(this.#admin, this.#map, options.registry);
    this.#producer = createClient(connection, logger, { requestMs: PRODUCE_MS + 2_000, retries: 2 }).producer({
      idempotent: false,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition as number,
    });
    this.#gate = new Gate(options.concurrency ?? 8);
    this.#appender = new Appender({
      send: sendThrough(this.#producer, PRODUCE_MS),
      laneOf: (topic, partition) => this.#topics.leaderOf(topic, partition),
      onFailure: () => void this.#topics.lookForLeaders().catch(() => undefined),
    });
  }

  /** Connects, and knows the topics there are. Rejects with WorldError when the cluster is away. */
  static async open(connection: KafkaConnection, logger: KafkaLogger, options: KafkaLogOptions): Promise<KafkaLog> {
    const log = new KafkaLog(connection, logger, options);
    try {
      await asked(() => Promise.all([log.#admin.connect(), log.#producer.connect()]));
      await log.topics();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Makes the topic, or rejects with the reason why the one there is cannot be used; puts it on record. */
  async createTopic(name: string, partitions: number): Promise<void> {
    await this.#topics.create(name, partitions, this.#options.replication ?? 3);
  }

  /** Topics of ours that are on the cluster now, with their partitions. Rejects with WorldError. */
  topics(): Promise<ReadonlyMap<string, number>> {
    return this.#topics.load();
  }

  partitions(topic: string): number {
    return this.#topics.partitions(topic);
  }

  /** Per partition the position after its last record. Rejects with WorldError. */
  async ends(topic: string): Promise<readonly number[]> {
    return (await this.#topics.bounds(topic)).map(({ high }) => high);
  }

  /** From now on appends to the topic reject with SealedError. Answers where each partition ends. Takes some seconds. */
  async seal(topic: string): Promise<readonly number[]> {
    await sealTopic(topic, this.partitions(topic), {
      admin: this.#admin,
      probe: async (record) => void (await this.append([record])),
      settledMs: PRODUCE_MS + 2_000,
    });
    return this.ends(topic);
  }

  async append(
    records: readonly Appendable[],
    { timeoutMs = APPEND_TIMEOUT_MS, witnessFrom = records.length }: AppendOptions = {},
  ): Promise<readonly Appended[]> {
    const outgoing = records.map((record) => this.#outgoing(record));
    return this.#appender.append(outgoing, timeoutMs, witnessFrom);
  }

  async consume(subscription: Subscription): Promise<Consumption> {
    const { leases, sessionMs = 10_000, fetchWaitMs = 250 } = this.#options;
    const { topic } = subscription;
    this.partitions(topic);
    if (leases === null) throw new Error(`${topic} cannot be consumed without a database for its checkpoints`);
    const group = new Group(
      subscription,
      {
        client: (onTrouble) => createClient(this.#connection, this.#logger, { onTrouble }),
        partitions: (name) => this.partitions(name),
        ends: (name) => this.ends(name),
        remade: (name) => this.#topics.whyRemade(name),
        logger: this.#logger,
      },
      { sessionMs, fetchWaitMs, commitMs: 5_000 },
    );
    const watch = new Watch(topic, group, this.#topics);
    group.onMissed = () => watch.soon();
    const relayed = topic.startsWith(`${TOPICS.contactEvents.name}.`) ? { lanePosition: lanePositionOf } : {};
    const deps = { source: group, leases, sharing: group, gate: this.#gate, owner: newOwner(), ...relayed };
    const consumer = new Consumer(subscription, deps, {
      shortLogAfterMs: SHORT_LOG_AFTER_MS,
      ...this.#options,
    }).start();
    group.onChange = () => consumer.hurry();
    group.start();
    const consumption: Consumption = {
      status: () => consumer.status(),
      drain: async () => {
        watch.close();
        await consumer.drain();
      },
    };
    this.#consumptions.push(consumption);
    return consumption;
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumptions.map((consumption) => consumption.drain()));
    // Every caller has its answer by then: what is still under way no longer matters to anyone.
    await Promise.race([this.#appender.idle(), sleep(CLOSE_MS, undefined, { ref: false })]);
    await Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect(), this.#map.close()]);
  }

  #outgoing(record: Appendable): Outgoing<Message> {
    const { topic, key, id } = record;
    const partitions = this.partitions(topic);
    const partition = record.partition ?? (key === null ? -1 : partitionOf(key, partitions));
    if (partition < 0 || partition >= partitions) {
      throw new Error(`record ${id} has neither a key nor a partition of ${topic} (${partitions} there)`);
    }
    const message = encode(record, partition);
    return { topic, partition, message, bytes: sizeOf(message as { value: string }) };
  }
}
