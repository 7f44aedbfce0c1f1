/** The topics, in one table. A name carries a generation; its partition count never changes (engine.md 3). */
import type { Uuid } from './ids.js';

export const TOPICS = {
  /** All inputs of a contact, keyed by its subject. Sealed under the workspace's daily key. */
  engagements: { name: 'engagements', retentionDays: 30 },
  /** Raw requests and quarantine, keyed by delivery id. Sealed under the workspace's daily key. */
  deliveries: { name: 'deliveries', retentionDays: 30 },
  /** What was decided, keyed by contact. Sealed under the contact's key. */
  contactEvents: { name: 'contact-events', retentionDays: 30 },
} as const;

export type TopicName = (typeof TOPICS)[keyof typeof TOPICS]['name'];

/** `engagements`, 1 → `engagements.g1`. */
export function topicOf(name: TopicName, generation: number): string {
  return `${name}.g${generation}`;
}

/** The generation in a topic's name. Throws on a name that carries none. */
export function generationOf(topic: string): number {
  const match = /\.g(\d+)$/.exec(topic);
  if (!match) throw new Error(`topic ${topic} carries no generation (expected NAME.gN)`);
  return Number(match[1]);
}

const LANES_PER_GENERATION = 4096;

/** A rules lane: one per consumed partition of `engagements`; its outbox order is the order of `contact-events`. */
export function laneOf(generation: number, partition: number): number {
  return generation * LANES_PER_GENERATION + partition;
}

/** The generation and partition of a rules lane. */
export function placeOf(lane: number): { generation: number; partition: number } {
  return { generation: Math.floor(lane / LANES_PER_GENERATION), partition: lane % LANES_PER_GENERATION };
}

/** Partition of a key: its first 32 bits modulo the count. Keys are hashes, so this spreads evenly; both adapters use it. */
export function partitionOf(key: Uuid, partitions: number): number {
  return Number.parseInt(key.slice(0, 8), 16) % partitions;
}
