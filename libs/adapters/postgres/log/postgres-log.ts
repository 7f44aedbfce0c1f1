/** The log in Postgres (engine.md 3): the default, in one process or several on one database. */
import type { Pool } from 'pg';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { Consumer, type ConsumerOptions } from '#engine/log/consumer.js';
import { Gate } from '#engine/log/gate.js';
import type { Appended, Consumption, Log, Subscription } from '#engine/log/log.js';
import { newOwner } from '#engine/log/processes.js';
import { LeaseSharing } from '#engine/log/sharing.js';
import type { LogSource } from '#engine/log/source.js';
import { type LogWaker, Wakes } from '#engine/log/wakes.js';
import { createPool } from '../pool.js';
import { Appender } from './appender.js';
import { PostgresCheckpoints } from './checkpoints.js';
import { endsOf } from './ends.js';
import { insertRecords } from './insert.js';
import { KnownEnds } from './known-ends.js';
import { LaneTail } from './lane-tail.js';
import { PostgresMembers } from './members.js';
import { Notifier } from './notifier.js';
import { Reader } from './reader.js';
import { createTopic, loadTopics, sealTopic, type Topic } from './topics.js';
import { Watch } from './watch.js';

export interface PostgresLogOptions extends ConsumerOptions {
  /** Batches of this process that run side by side, over all subscriptions. Default 8. */
  readonly concurrency?: number;
  /** Connections of the log's own pool. Default 6. */
  readonly connections?: number;
  /** How long an owner that says nothing keeps its partitions. Default 10,000. */
  readonly leaseMs?: number;
}

const APPEND_TIMEOUT_MS = 2_000;

export class PostgresLog implements Log, LogSource, LogWaker {
  readonly wakes = new Wakes();
  readonly checkpoints: PostgresCheckpoints;
  readonly #pool: Pool;
  readonly #topics: Map<string, Topic>;
  readonly #options: PostgresLogOptions;
  readonly #gate: Gate;
  readonly #members: PostgresMembers;
  readonly #reader: Reader;
  readonly #appender: Appender;
  readonly #notifier: Notifier;
  readonly #watch: Watch;
  readonly #ends = new KnownEnds();
  readonly #tail = new LaneTail();
  readonly #consumptions: Consumer[] = [];

  private constructor(url: string, pool: Pool, topics: ReadonlyMap<string, Topic>, options: PostgresLogOptions) {
    this.#pool = pool;
    this.#topics = new Map(topics);
    this.#options = options;
    this.#gate = new Gate(options.concurrency ?? 8);
    this.checkpoints = new PostgresCheckpoints(pool, options.leaseMs);
    this.#members = new PostgresMembers(pool, options.leaseMs);
    this.#reader = new Reader(pool);
    this.#appender = new Appender((records) => insertRecords(pool, (name) => this.#topic(name), records));
    this.#watch = new Watch(
      (names) =>
        endsOf(
          pool,
          names.map((name) => this.#topic(name)),
        ),
      this.#ends,
      this.wakes,
    );
    this.#notifier = new Notifier(url, () => this.#watch.look()).start();
  }

  /** Opens the log with the topics there are. Rejects with WorldError when the database is away. */
  static async open(url: string, options: PostgresLogOptions = {}): Promise<PostgresLog> {
    const pool = createPool(url, { role: 'log', max: options.connections ?? 6 });
    try {
      return new PostgresLog(url, pool, await loadTopics(pool), options);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /** Makes the topic, or rejects with the reason when it exists with another number of partitions. */
  async createTopic(name: string, partitions: number): Promise<void> {
    this.#topics.set(name, await createTopic(this.#pool, name, partitions));
  }

  /** Topics there are now, with their partitions. Rejects with WorldError. */
  async topics(): Promise<ReadonlyMap<string, number>> {
    const topics = await loadTopics(this.#pool);
    for (const [name, topic] of topics) this.#topics.set(name, topic);
    return new Map([...topics].map(([name, { partitions }]) => [name, partitions]));
  }

  /** From now on appends to the topic reject with SealedError. Answers where each partition ends. */
  seal(topic: string): Promise<readonly number[]> {
    return sealTopic(this.#pool, topic);
  }

  partitions(topic: string): number {
    return this.#topic(topic).partitions;
  }

  async append(
    records: readonly Appendable[],
    options: { readonly timeoutMs?: number } = {},
  ): Promise<readonly Appended[]> {
    for (const record of records) this.#refuseLanes(record);
    const appended = await this.#appender.append(records, options.timeoutMs ?? APPEND_TIMEOUT_MS);
    const partitions = new Map<string, Set<number>>();
    records.forEach(({ topic }, index) => {
      const { partition, position } = appended[index] as Appended;
      const of = partitions.get(topic) ?? new Set();
      partitions.set(topic, of.add(partition));
      this.#ends.reached(topic, partition, position + 1);
    });
    for (const [topic, of] of partitions) this.wake(topic, [...of]);
    return appended;
  }

  async consume(subscription: Subscription): Promise<Consumption> {
    this.#topic(subscription.topic);
    this.#watch.watch(subscription.topic);
    const owner = newOwner();
    const sharing = new LeaseSharing(subscription, owner, this.#members, this.checkpoints);
    const deps = { source: this, leases: this.checkpoints, sharing, gate: this.#gate, owner };
    const consumer = new Consumer(subscription, deps, this.#options).start();
    this.#consumptions.push(consumer);
    return consumer;
  }

  /** Readers of this process at once, those of others by NOTIFY; call it after the commit. */
  wake(topic: string, partitions: readonly number[]): void {
    this.wakes.wake(topic, partitions);
    this.#notifier.tell();
  }

  /** Decided events lie in the event store: this process's readers of a lane get them from here. */
  committed(records: readonly LogRecord[]): void {
    this.#tail.add(records);
    const last = records.at(-1);
    if (last) this.#ends.reached(last.topic, last.partition, last.position + 1);
  }

  async read(
    topic: string,
    partition: number,
    from: number,
    max: number,
    maxBytes?: number,
  ): Promise<readonly LogRecord[]> {
    const of = this.#topic(topic);
    const end = this.#watch.watches(topic) ? this.#ends.of(topic, partition) : null;
    if (end !== null && from >= end) return [];
    const held = this.#tail.read(topic, partition, from, max);
    if (held.length > 0) return held;
    const records = await this.#reader.read(of, partition, { from, max, maxBytes });
    if (records.length > 0) return records;
    // Nothing at `from` is the end of the log, or a gap behind which there is more: the runner must see that.
    return this.#reader.first(of, partition, from);
  }

  async ends(topic: string): Promise<readonly number[]> {
    return (await endsOf(this.#pool, [this.#topic(topic)])).get(topic) ?? [];
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumptions.map((consumer) => consumer.drain()));
    await this.#appender.idle();
    await Promise.all([this.#watch.close(), this.#notifier.close()]);
    await this.#pool.end();
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (!topic) throw new Error(`topic ${name} does not exist`);
    return topic;
  }

  #refuseLanes({ topic }: Appendable): void {
    if (this.#topic(topic).lanesOf === null) return;
    throw new Error(
      `${topic} is the event store itself: the deciding transaction writes it, nothing is appended to it`,
    );
  }
}
