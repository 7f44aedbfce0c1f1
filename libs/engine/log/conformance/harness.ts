/** What an adapter gives the conformance suite. */
import type { Batch, Log } from '../log.js';

export interface LogFeatures {
  /** A call of `append` is durable whole or not at all. */
  readonly atomicAppend: boolean;
  /** Owners are known from leases: `expire` makes one fall over. */
  readonly leases: boolean;
  /** Records can be dropped from the front, as retention does. */
  readonly retention: boolean;
}

/** One process on the log. */
export interface LogProcess {
  readonly log: Log;
  /** One transaction: writes the marks and moves the batch's checkpoint. */
  apply(batch: Batch, marks: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** Its heartbeat stands still, as if the process hung. */
  readonly frozen?: boolean;
  readonly onFatal?: (error: unknown) => void;
}

export interface LogHarness {
  readonly features: LogFeatures;
  open(options?: ProcessOptions): Promise<LogProcess>;
  /** A topic of its own for the test. */
  createTopic(partitions: number): Promise<string>;
  /** All marks committed, in order of commit. */
  effects(): Promise<readonly string[]>;
  /** The lease of the partition's owner is over. */
  expire(group: string, topic: string, partition: number): Promise<void>;
  /** Takes the database away, and brings it back. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** Drops the records below `position`. */
  dropBelow(topic: string, partition: number, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Waits for a condition, not for a time. */
export async function until(holds: () => Promise<boolean> | boolean, what: string, withinMs = 45_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
