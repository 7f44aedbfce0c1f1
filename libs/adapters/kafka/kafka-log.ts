/** The log in Apache Kafka (engine.md 3): order and ownership are the cluster's, positions and fences the checkpoint's. */
import type { Admin, Message, Producer } from 'kafkajs';
import { lanePositionOf } from '#contracts/contact-event-record.js';
import type { Appendable } from '#contracts/record.js';
import { partitionOf, TOPICS } from '#contracts/topics.js';
import type { Leases } from '#engine/log/checkpoints.js';
import { Consumer, type ConsumerOptions } from '#engine/log/consumer.js';
import { WorldError } from '#engine/log/errors.js';
import { Gate } from '#engine/log/gate.js';
import type { Appended, Consumption, Log, Subscription } from '#engine/log/log.js';
import { newOwner } from '#engine/log/processes.js';
import { Appender, type Outgoing } from './appender.js';
import { encode, sizeOf } from './codec.js';
import { createClient, type KafkaConnection, type KafkaLogger } from './connection.js';
import { asked, patiently } from './failures.js';
import { Group } from './group.js';
import { sendThrough } from './send.js';
import { type MappedTopic, TopicMap } from './topic-map.js';
import type { TopicRegistry } from './topic-registry.js';
import { ensureTopic, ourTopics } from './topics.js';
import { type Bounds, Watch } from './watch.js';

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

interface KnownTopic {
  readonly partitions: number;
  /** Id it must have on the cluster for positions to mean what they did; null: whatever it has. */
  readonly identity: string | null;
}

const APPEND_TIMEOUT_MS = 2_000;
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
  readonly #topics = new Map<string, KnownTopic>();
  readonly #consumptions: Consumption[] = [];
  #leaders: ReadonlyMap<string, readonly number[]> = new Map();

  private constructor(connection: KafkaConnection, logger: KafkaLogger, options: KafkaLogOptions) {
    this.#connection = connection;
    this.#logger = logger;
    this.#options = options;
    const client = createClient(connection, logger);
    this.#admin = client.admin();
    this.#map = new TopicMap(client);
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
      laneOf: (topic, partition) => this.#leaders.get(topic)?.[partition] ?? -1,
      onFailure: () => void this.#lookForLeaders().catch(() => undefined),
    });
  }

  /** Connects, and knows the topics there are. Rejects with WorldError when the cluster is away. */
  static async open(connection: KafkaConnection, logger: KafkaLogger, options: KafkaLogOptions): Promise<KafkaLog> {
    const log = new KafkaLog(connection, logger, options);
    try {
      await asked(() => Promise.all([log.#admin.connect(), log.#producer.connect()]));
      await log.topics();
      await log.#identify();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Makes the topic, or rejects with the reason why the one there is cannot be used; puts it on record. */
  async createTopic(name: string, partitions: number): Promise<void> {
    const { replication = 3, registry } = this.#options;
    const { retentionDays } = Object.values(TOPICS).find((of) => name.startsWith(`${of.name}.`)) ?? TOPICS.engagements;
    await ensureTopic(this.#admin, name, partitions, { replication, retentionDays });
    this.#topics.set(name, { partitions, identity: null });
    const now = await patiently(() => this.#identityOf(name));
    const recorded = await registry?.record(name, partitions, now);
    this.#topics.set(name, { partitions, identity: recorded?.identity ?? now });
  }

  /** Topics of ours that are on the cluster now, with their partitions. Rejects with WorldError. */
  async topics(): Promise<ReadonlyMap<string, number>> {
    const topics = await ourTopics(this.#admin);
    for (const [name, partitions] of topics)
      if (!this.#topics.has(name)) this.#topics.set(name, { partitions, identity: null });
    return topics;
  }

  partitions(topic: string): number {
    return this.#topic(topic).partitions;
  }

  /** Per partition the position after its last record. Rejects with WorldError. */
  async ends(topic: string): Promise<readonly number[]> {
    return (await this.#bounds(topic)).map(({ high }) => high);
  }

  async append(
    records: readonly Appendable[],
    options: { readonly timeoutMs?: number } = {},
  ): Promise<readonly Appended[]> {
    return this.#appender.append(
      records.map((record) => this.#outgoing(record)),
      options.timeoutMs ?? APPEND_TIMEOUT_MS,
    );
  }

  async consume(subscription: Subscription): Promise<Consumption> {
    const { leases, sessionMs = 10_000, fetchWaitMs = 250 } = this.#options;
    const { topic } = subscription;
    this.#topic(topic);
    if (leases === null) throw new Error(`${topic} cannot be consumed without a database for its checkpoints`);
    const group = new Group(
      subscription,
      {
        client: (onTrouble) => createClient(this.#connection, this.#logger, { onTrouble }),
        partitions: (name) => this.partitions(name),
        ends: (name) => this.ends(name),
        remade: (name) => this.#whyRemade(name),
        logger: this.#logger,
      },
      { sessionMs, fetchWaitMs, commitMs: 5_000 },
    );
    const watch = new Watch(topic, group, {
      bounds: (name) => this.#bounds(name),
      remade: (name) => this.#whyRemade(name),
    });
    group.onMissed = () => watch.soon();
    const relayed = topic.startsWith(`${TOPICS.contactEvents.name}.`) ? { lanePosition: lanePositionOf } : {};
    const deps = { source: group, leases, sharing: group, gate: this.#gate, owner: newOwner(), ...relayed };
    const consumer = new Consumer(subscription, deps, this.#options).start();
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
    await this.#appender.idle();
    await Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect(), this.#map.close()]);
  }

  #outgoing(record: Appendable): Outgoing<Message> {
    const { topic, key, id } = record;
    const { partitions } = this.#topic(topic);
    const partition = record.partition ?? (key === null ? -1 : partitionOf(key, partitions));
    if (partition < 0 || partition >= partitions) {
      throw new Error(`record ${id} has neither a key nor a partition of ${topic} (${partitions} there)`);
    }
    const message = encode(record, partition);
    return { topic, partition, message, bytes: sizeOf(message as { value: string }) };
  }

  async #bounds(topic: string): Promise<readonly Bounds[]> {
    const offsets = await asked(() => this.#admin.fetchTopicOffsets(topic));
    const bounds = new Array<Bounds>(this.partitions(topic)).fill({ low: 0, high: 0 });
    for (const { partition, low, high } of offsets) bounds[partition] = { low: Number(low), high: Number(high) };
    return bounds;
  }

  async #whyRemade(name: string): Promise<string | null> {
    const { identity } = this.#topic(name);
    const now = (await this.#map.of([name])).get(name);
    if (now === undefined) throw new WorldError(`Kafka: topic ${name} is not there`);
    if (identity === null || now.id === null || identity === now.id) return null;
    return `the topic was made anew (id ${identity} then, ${now.id} now): its positions no longer mean what the checkpoints say`;
  }

  /** Id of a topic whose partitions all have a leader; null on a cluster without ids. Rejects with WorldError when it is not there. */
  async #identityOf(name: string): Promise<string | null> {
    const topic = (await this.#lookForLeaders()).get(name);
    if (topic === undefined || topic.leaders.length === 0 || topic.leaders.some((leader) => leader < 0)) {
      throw new WorldError(`Kafka: topic ${name} is not there`);
    }
    return topic.id;
  }

  /** From here on a topic is what it is now; `createTopic` asks the record what it was. */
  async #identify(): Promise<void> {
    const topics = await this.#lookForLeaders();
    for (const [name, { partitions }] of this.#topics) {
      this.#topics.set(name, { partitions, identity: topics.get(name)?.id ?? null });
    }
  }

  async #lookForLeaders(): Promise<ReadonlyMap<string, MappedTopic>> {
    const topics = await this.#map.of([...this.#topics.keys()]);
    this.#leaders = new Map([...topics].map(([name, { leaders }]) => [name, leaders]));
    return topics;
  }

  #topic(name: string): KnownTopic {
    const topic = this.#topics.get(name);
    if (!topic) throw new Error(`topic ${name} does not exist`);
    return topic;
  }
}
