/** The log in memory, for pure tests: the same runner and rules, no clock and no I/O between append and batch. */

import { setImmediate } from 'node:timers/promises';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import { type Fate, misfortune } from './chaos.js';
import { Consumer, type ConsumerOptions } from './consumer.js';
import { LogUnavailableError, WorldError } from './errors.js';
import { Gate } from './gate.js';
import type { Appended, Batch, Consumption, Log, Subscription } from './log.js';
import { MemoryCheckpoints } from './memory-checkpoints.js';
import { newOwner } from './processes.js';
import { LeaseSharing } from './sharing.js';
import type { LogSource } from './source.js';
import { type LogWaker, Wakes } from './wakes.js';
import { withinBytes } from './within-bytes.js';

/** What all processes on one log share: records and checkpoints. */
export class MemoryStore {
  readonly topics = new Map<string, LogRecord[][]>();
  readonly processes = new Set<Wakes>();
  readonly checkpoints: MemoryCheckpoints;
  /** While true, appends and reads fail as if the log were away. */
  away = false;
  /** While set, appends wait for it, as on a disk that is slow. */
  slow: Promise<void> | null = null;

  constructor(checkpoints = new MemoryCheckpoints()) {
    this.checkpoints = checkpoints;
  }

  createTopic(topic: string, partitions: number): void {
    const known = this.topics.get(topic);
    if (known && known.length !== partitions)
      throw new Error(`${topic} has ${known.length} partitions, not ${partitions}`);
    if (!known)
      this.topics.set(
        topic,
        Array.from({ length: partitions }, () => []),
      );
  }

  /** Records of a topic by partition. Throws when the topic does not exist. */
  of(topic: string): LogRecord[][] {
    const found = this.topics.get(topic);
    if (!found) throw new Error(`topic ${topic} does not exist`);
    return found;
  }
}

export interface MemoryLogOptions extends ConsumerOptions {
  /** Batches side by side; default: as many as there are partitions. */
  readonly concurrency?: number;
  /** Size of the next batch, up to `max`; default `max`. */
  readonly batchSize?: (max: number) => number;
  /** What happens to the next batch; default 'deliver'. */
  readonly fate?: (batch: Batch) => Fate;
}

/** One process on the store. */
export class MemoryLog implements Log, LogSource, LogWaker {
  readonly wakes = new Wakes();
  readonly #store: MemoryStore;
  readonly #options: MemoryLogOptions;
  readonly #gate: Gate;
  readonly #consumptions = new Map<Consumption, Subscription>();

  constructor(store: MemoryStore = new MemoryStore(), options: MemoryLogOptions = {}) {
    this.#store = store;
    this.#options = { backoff: { firstMs: 0, maxMs: 0 }, ...options };
    this.#gate = new Gate(options.concurrency ?? 4096);
    store.processes.add(this.wakes);
  }

  get checkpoints(): MemoryCheckpoints {
    return this.#store.checkpoints;
  }

  createTopic(topic: string, partitions: number): void {
    this.#store.createTopic(topic, partitions);
  }

  partitions(topic: string): number {
    return this.#store.of(topic).length;
  }

  async append(records: readonly Appendable[]): Promise<readonly Appended[]> {
    if (this.#store.away) throw new LogUnavailableError('the log is away');
    if (this.#store.slow !== null) await this.#store.slow;
    for (const record of records) this.#destination(record);
    const placed = records.map((record) => this.#append(record));
    for (const { topic, partition } of placed) this.wake(topic, [partition]);
    return placed.map(({ partition, position }) => ({ partition, position }));
  }

  async consume(subscription: Subscription): Promise<Consumption> {
    const { checkpoints } = this.#store;
    this.partitions(subscription.topic);
    const owner = newOwner();
    const sharing = new LeaseSharing(subscription, owner, checkpoints, checkpoints);
    const deps = { source: this, leases: checkpoints, sharing, gate: this.#gate, owner };
    const onBatch = misfortune(subscription, checkpoints, this.#options.fate ?? (() => 'deliver'));
    const consumption = new Consumer({ ...subscription, onBatch }, deps, this.#options).start();
    this.#consumptions.set(consumption, subscription);
    return consumption;
  }

  /** Wakes the readers of every process on the store. */
  wake(topic: string, partitions: readonly number[]): void {
    for (const process of this.#store.processes) process.wake(topic, partitions);
  }

  async read(
    topic: string,
    partition: number,
    from: number,
    max: number,
    maxBytes?: number,
  ): Promise<readonly LogRecord[]> {
    if (this.#store.away) throw new WorldError('the log is away');
    const records = this.#store.of(topic)[partition] ?? [];
    const first = Math.max(from - (records[0]?.position ?? 0), 0);
    const size = Math.min(Math.max(this.#options.batchSize?.(max) ?? max, 1), max);
    return withinBytes(records.slice(first, first + size), maxBytes);
  }

  async ends(topic: string): Promise<readonly number[]> {
    if (this.#store.away) throw new WorldError('the log is away');
    return this.#store.of(topic).map((records) => (records.at(-1)?.position ?? -1) + 1);
  }

  /** Resolves when every subscription has applied all there is. Rejects after `withinMs`, saying where it stands. */
  async settled(withinMs = 5_000): Promise<void> {
    const end = Date.now() + withinMs;
    // Twice in a row: a handler may still append something after its commit.
    for (let calm = 0; calm < 2; calm = this.#behind().length === 0 ? calm + 1 : 0) {
      if (Date.now() > end) throw new Error(`not settled within ${withinMs} ms: ${this.#behind().join(', ')}`);
      await setImmediate();
    }
  }

  #behind(): readonly string[] {
    return [...this.#consumptions.values()].flatMap(({ group, topic }) =>
      this.#store.of(topic).flatMap((records, partition) => {
        const next = this.checkpoints.next(group, topic, partition);
        const end = (records.at(-1)?.position ?? -1) + 1;
        return next < end ? [`${group} ${topic}/${partition} at ${next} of ${end}`] : [];
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions.keys()].map((consumption) => consumption.drain()));
    this.#store.processes.delete(this.wakes);
  }

  #append(record: Appendable): LogRecord {
    const { partition: _, ...rest } = record;
    const partition = this.#destination(record);
    const records = this.#store.of(record.topic)[partition] as LogRecord[];
    const placed = { ...rest, partition, position: (records.at(-1)?.position ?? -1) + 1 };
    records.push(placed);
    return placed;
  }

  #destination(record: Appendable): number {
    const partitions = this.#store.of(record.topic).length;
    const partition = record.partition ?? (record.key === null ? -1 : partitionOf(record.key, partitions));
    if (partition >= 0 && partition < partitions) return partition;
    throw new Error(`record ${record.id} has neither a key nor a partition of ${record.topic} (${partitions} there)`);
  }
}
