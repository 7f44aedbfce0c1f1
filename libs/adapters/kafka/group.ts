/**
 * A subscription's place in its Kafka group, over as many lives of a kafkajs consumer as it takes: which partitions the group gave
 * us, and what was fetched of them. Positions and fences are the checkpoint's; the group only says who should take which.
 */

import type { Kafka, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '#contracts/record.js';
import type { StopPartitionError } from '#engine/log/errors.js';
import { remade } from '#engine/log/gaps.js';
import type { Subscription } from '#engine/log/log.js';
import { BACKOFF, pause, pauseMs } from '#engine/log/pause.js';
import type { Moves } from '#engine/log/shares.js';
import type { Here, Sharing } from '#engine/log/sharing.js';
import type { LogSource } from '#engine/log/source.js';
import { Wakes } from '#engine/log/wakes.js';
import { withinBytes } from '#engine/log/within-bytes.js';
import { decode } from './codec.js';
import type { KafkaLogger } from './connection.js';
import { Feed, type FeedLimits } from './feed.js';
import { Member, type MemberOptions } from './member.js';

export interface GroupDeps {
  /** A new client for each life. */
  client(onTrouble: () => void): Kafka;
  partitions(topic: string): number;
  ends(topic: string): Promise<readonly number[]>;
  /** Why positions on the topic no longer mean what they did; null while they do. Rejects with WorldError, where there is none too. */
  remade(topic: string): Promise<string | null>;
  readonly logger: KafkaLogger;
}

export interface GroupOptions extends Omit<MemberOptions, 'topic' | 'groupId'> {
  /** Between commits of what was applied to the group, for tools that show lag. */
  readonly commitMs: number;
}

const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

export class Group implements Sharing, LogSource {
  readonly wakes = new Wakes();
  readonly #subscription: Pick<Subscription, 'group' | 'topic' | 'maxRecords'>;
  readonly #deps: GroupDeps;
  readonly #options: GroupOptions;
  readonly #limits: FeedLimits;
  readonly #feeds = new Map<number, Feed>();
  readonly #faults = new Map<number, StopPartitionError>();
  readonly #closing = new AbortController();
  readonly #commits: NodeJS.Timeout;
  #member: Member | null = null;
  #failures = 0;
  /** Ends of the partitions when they were last asked for: by each run before its first read. */
  #ends: readonly number[] = [];
  #living: Promise<void> = Promise.resolve();
  /** Asked at each join and after each trouble of kafkajs: a topic is not made anew without one, unless nothing is fetched of it. */
  #remade: Promise<string | null> | null = null;
  /** Told when the group gave us other partitions. */
  onChange: () => void = () => undefined;
  /** Told when a fetch began elsewhere than it should have. */
  onMissed: () => void = () => undefined;

  constructor(
    subscription: Pick<Subscription, 'group' | 'topic' | 'maxRecords'>,
    deps: GroupDeps,
    options: GroupOptions,
  ) {
    this.#subscription = subscription;
    this.#deps = deps;
    this.#options = options;
    this.#limits = { records: subscription.maxRecords * 4, bytes: MAX_BUFFERED_BYTES };
    this.#commits = setInterval(() => void this.#commit(), options.commitMs);
    this.#commits.unref();
  }

  start(): this {
    this.#begin();
    return this;
  }

  // Sharing

  async moves({ running, stopped }: Here): Promise<Moves> {
    const mine = new Set(this.#feeds.keys());
    return {
      take: [...mine].filter((partition) => !running.has(partition) && !stopped.has(partition)),
      release: [...running].filter((partition) => !mine.has(partition)),
    };
  }

  async leave(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#commits);
    await this.#living;
    await this.#commit();
    this.#feeds.clear();
    await this.#member?.stop();
  }

  // LogSource

  partitions(topic: string): number {
    return this.#deps.partitions(topic);
  }

  async ends(topic: string): Promise<readonly number[]> {
    this.#ends = await this.#deps.ends(topic);
    return this.#ends;
  }

  async read(
    topic: string,
    partition: number,
    from: number,
    max: number,
    maxBytes?: number,
  ): Promise<readonly LogRecord[] | null> {
    const fault = this.#faults.get(partition);
    if (fault) throw fault;
    const reason = await this.#whyRemade();
    if (reason !== null && from > 0) throw remade({ topic, partition }, reason);
    const feed = this.#feeds.get(partition);
    const messages = feed?.read(from, max) ?? [];
    const onItsWay = messages.length === 0 && feed?.tail === from && from < (this.#ends[partition] ?? 0);
    if (onItsWay) return null;
    return withinBytes(
      messages.map((message) => decode(topic, partition, message)),
      maxBytes,
    );
  }

  // The watch

  /** Per partition held here, the position that the next fetch begins at. */
  tails(): ReadonlyMap<number, number> {
    return new Map(
      [...this.#feeds].flatMap(([partition, feed]) => (feed.head === null ? [] : [[partition, feed.tail]])),
    );
  }

  /** What is wrong with a partition: its run stops at it. */
  stop(partition: number, reason: StopPartitionError): void {
    if (this.#faults.has(partition)) return;
    this.#faults.set(partition, reason);
    this.wakes.wake(this.#subscription.topic, [partition]);
  }

  #whyRemade(): Promise<string | null> {
    this.#remade ??= this.#deps.remade(this.#subscription.topic).catch((error: unknown) => {
      this.#remade = null;
      throw error;
    });
    return this.#remade;
  }

  #begin(): void {
    const { group, topic } = this.#subscription;
    const member = new Member(
      this.#deps.client(() => {
        this.#remade = null;
      }),
      { ...this.#options, groupId: groupIdOf(group, topic), topic },
      {
        onAssigned: (partitions) => this.#assigned(member, partitions),
        onMessages: (partition, from, messages) => this.#messages(partition, from, messages),
        onEnd: (reason) => {
          this.#living = this.#ended(member, reason);
        },
      },
    );
    this.#member = member.start();
  }

  #assigned(member: Member, partitions: readonly number[]): void {
    this.#failures = 0;
    this.#remade = null;
    for (const partition of this.#feeds.keys()) if (!partitions.includes(partition)) this.#feeds.delete(partition);
    for (const partition of partitions) {
      const feed = this.#feeds.get(partition);
      if (feed) feed.rejoined();
      else this.#feeds.set(partition, new Feed(partition, member, this.#limits));
    }
    this.onChange();
    // A run that read before its feed was there waits to be woken.
    this.wakes.wake(this.#subscription.topic, partitions);
  }

  #messages(partition: number, from: number, messages: readonly KafkaMessage[]): boolean {
    const taken = this.#feeds.get(partition)?.push(from, messages) ?? false;
    if (taken) this.wakes.wake(this.#subscription.topic, [partition]);
    else this.onMissed();
    return taken;
  }

  /** kafkajs is done with this life: let go of everything, and begin another after a pause. */
  async #ended(member: Member, reason: Error): Promise<void> {
    const { group, topic } = this.#subscription;
    this.#deps.logger.warn(`the consumer of ${topic} for ${group} broke off and is begun anew: ${reason.message}`);
    this.#feeds.clear();
    this.onChange();
    const wait = pauseMs(BACKOFF, this.#failures);
    this.#failures += 1;
    await Promise.all([member.stop(), pause(wait, this.#closing.signal)]);
    if (!this.#closing.signal.aborted) this.#begin();
  }

  async #commit(): Promise<void> {
    const heads = [...this.#feeds].flatMap(([partition, { head }]): [number, number][] =>
      head === null ? [] : [[partition, head]],
    );
    await this.#member?.commit(new Map(heads));
  }
}

/** The name under which a group is known to the cluster: one a topic, because kafkajs wants all members to read the same. */
export function groupIdOf(group: string, topic: string): string {
  return `afterclick.${group}.${topic}`;
}
