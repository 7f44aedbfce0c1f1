/** What travels on a log: one shape for every topic and for both adapters. */
import type { Uuid } from './ids.js';
import type { JsonObject } from './json.js';

/** A record to append. Nothing in clear here may identify a person: that is all in `sealed`. */
export interface Appendable {
  /** Topic with its generation, e.g. `engagements.g1`. */
  readonly topic: string;
  /** Subject that decides the partition; null only with an explicit `partition`. */
  readonly key: Uuid | null;
  /** Set only for what goes to every partition (publications). */
  readonly partition?: number;
  readonly workspaceId: Uuid;
  /** Deterministic id of the record: a repeat carries the same one. */
  readonly id: Uuid;
  readonly type: string;
  readonly v: number;
  /** Milliseconds since the epoch: when it was recorded. */
  readonly at: number;
  readonly data: JsonObject;
  /** Personal data under a key that the topic prescribes; null when there is none. */
  readonly sealed: Buffer | null;
}

/** A record as read: its place is (topic, partition, position); positions of a partition are gapless from 0. */
export interface LogRecord extends Omit<Appendable, 'partition'> {
  readonly partition: number;
  readonly position: number;
}
