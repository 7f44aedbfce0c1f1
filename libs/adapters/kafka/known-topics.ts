/** The topics of this process: partitions, leaders, where they begin and end, and whether they are still the ones on record. */
import type { Admin } from 'kafkajs';
import { TOPICS } from '#contracts/topics.js';
import { WorldError } from '#engine/log/errors.js';
import { asked, patiently } from './failures.js';
import type { MappedTopic, TopicMap } from './topic-map.js';
import type { TopicRegistry } from './topic-registry.js';
import { ensureTopic, ourTopics } from './topics.js';

/** Of a partition: the first position there is, and the one after the last. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

interface KnownTopic {
  readonly partitions: number;
  /** Id it must have on the cluster for positions to mean what they did; null: whatever it has. */
  readonly identity: string | null;
}

export class KnownTopics {
  readonly #admin: Admin;
  readonly #map: TopicMap;
  readonly #registry: TopicRegistry | null;
  readonly #topics = new Map<string, KnownTopic>();
  #leaders: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(admin: Admin, map: TopicMap, registry: TopicRegistry | null) {
    this.#admin = admin;
    this.#map = map;
    this.#registry = registry;
  }

  /** Topics of ours that are on the cluster now, with their partitions; each is from here on what it is now. Rejects with WorldError. */
  async load(): Promise<ReadonlyMap<string, number>> {
    const topics = await ourTopics(this.#admin);
    const fresh = [...topics].filter(([name]) => !this.#topics.has(name));
    for (const [name, partitions] of fresh) this.#topics.set(name, { partitions, identity: null });
    const mapped = fresh.length === 0 ? new Map<string, MappedTopic>() : await this.lookForLeaders();
    for (const [name, partitions] of fresh) {
      this.#topics.set(name, { partitions, identity: mapped.get(name)?.id ?? null });
    }
    return topics;
  }

  /** Makes the topic, or rejects with the reason why the one there cannot be used; it is from here on what the record says. */
  async create(name: string, partitions: number, replication: number): Promise<void> {
    const { retentionDays } = Object.values(TOPICS).find((of) => name.startsWith(`${of.name}.`)) ?? TOPICS.engagements;
    await ensureTopic(this.#admin, name, partitions, { replication, retentionDays });
    this.#topics.set(name, { partitions, identity: null });
    const now = await patiently(() => this.#ledId(name));
    // A broker may be told last that it leads: until then it refuses what concerns its partitions.
    await patiently(() => this.bounds(name));
    const recorded = await this.#registry?.record(name, partitions, now);
    this.#topics.set(name, { partitions, identity: recorded?.identity ?? now });
  }

  /** Throws when the topic does not exist. */
  partitions(name: string): number {
    return this.#known(name).partitions;
  }

  /** Node id of the leader, as last heard; -1 when unknown. */
  leaderOf(name: string, partition: number): number {
    return this.#leaders.get(name)?.[partition] ?? -1;
  }

  /** Rejects with WorldError, also when the cluster does not tell of every partition. */
  async bounds(name: string): Promise<readonly Bounds[]> {
    const offsets = await asked(() => this.#admin.fetchTopicOffsets(name).catch(notHeard(name)));
    return Array.from({ length: this.partitions(name) }, (_, partition) => {
      const of = offsets.find((one) => one.partition === partition);
      if (!of) throw new WorldError(`Kafka: no answer for ${name}/${partition}`);
      return { low: Number(of.low), high: Number(of.high) };
    });
  }

  /** Why positions no longer mean what they did; null while they do. Rejects with WorldError, also where the topic is not there. */
  async whyRemade(name: string): Promise<string | null> {
    const { identity } = this.#known(name);
    const now = (await this.#map.of([name])).get(name);
    if (now === undefined) throw new WorldError(`Kafka: topic ${name} is not there`);
    if (identity === null || now.id === null || identity === now.id) return null;
    return `the topic was made anew (id ${identity} then, ${now.id} now): its positions no longer mean what the checkpoints say`;
  }

  /** Rejects with WorldError. */
  async lookForLeaders(): Promise<ReadonlyMap<string, MappedTopic>> {
    const topics = await this.#map.of([...this.#topics.keys()]);
    this.#leaders = new Map([...topics].map(([name, { leaders }]) => [name, leaders]));
    return topics;
  }

  /** Id of a topic whose partitions all have a leader; null on a cluster without ids. Rejects with WorldError until it is there. */
  async #ledId(name: string): Promise<string | null> {
    const topic = (await this.lookForLeaders()).get(name);
    if (topic === undefined || topic.leaders.length === 0 || topic.leaders.some((leader) => leader < 0)) {
      throw new WorldError(`Kafka: topic ${name} is not there`);
    }
    return topic.id;
  }

  #known(name: string): KnownTopic {
    const topic = this.#topics.get(name);
    if (!topic) throw new Error(`topic ${name} does not exist`);
    return topic;
  }
}

/**
 * kafkajs keeps one picture of the cluster for all of its calls: a look-up of other topics, or a broker that knows none yet, may take
 * this topic out of it in the middle of the call, which then stumbles over its own empty answer. It is there again when asked again.
 */
const notHeard = (name: string) => (error: unknown) => {
  if (!(error instanceof TypeError)) throw error;
  throw new WorldError(`Kafka: no answer for ${name}: its partitions are not known now`, { cause: error });
};
