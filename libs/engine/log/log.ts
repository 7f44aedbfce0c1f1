/**
 * The log: ordered, durable, partitioned. A port with three adapters (Postgres, Kafka, in memory) that pass one conformance suite.
 * Nothing outside an adapter knows which one runs.
 */
import type { Appendable, LogRecord } from '#contracts/record.js';

/** Where an appended record stands. */
export interface Appended {
  readonly partition: number;
  readonly position: number;
  /** Where it is not the topic it was addressed to, but one that has taken its place. */
  readonly topic?: string;
}

export interface AppendOptions {
  /** Milliseconds; default 2,000. */
  readonly timeoutMs?: number;
  /**
   * The records from this one on bear witness to those before: they get onto the log only once those are durable. Where all of a call
   * or none is appended nothing need wait for it. Default: none do.
   */
  readonly witnessFrom?: number;
}

/** The right to move one checkpoint: valid while the row still has this epoch. */
export interface Fence {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  /** In a batch of a topic that a relay fills: the lane position its checkpoint comes to (repeats.ts). */
  readonly reached?: number;
}

/** Consecutive records of one partition, less a relay's repeats, handed to a handler with the fence its transaction must move. */
export interface Batch {
  readonly fence: Fence;
  /** The checkpoint's `next` as expected: position of the first record, or of a repeat before it. */
  readonly first: number;
  /** Position after the last record or repeat: what the handler's transaction moves the checkpoint to. */
  readonly next: number;
  readonly records: readonly LogRecord[];
  /**
   * How often this very record has been tried alone, when a batch was shrunk to one record after failures; 0 otherwise.
   * At 3 the record is not tried again but handed to `Subscription.onPoison`.
   */
  readonly attempt: number;
  /** Aborted when the partition is lost, or when a drain has waited long enough. */
  readonly signal: AbortSignal;
}

export interface Subscription {
  /** Consumer group, e.g. `rules`: one checkpoint row per (group, topic, partition). */
  readonly group: string;
  readonly topic: string;
  readonly maxRecords: number;
  /** Sealed bytes of a batch at most, where its records may be large; one record is handed over whatever its size. */
  readonly maxBytes?: number;
  /**
   * Must move the checkpoint from `first` to `next` under the fence in the same transaction as its effects (Checkpoints.advance).
   * Throws FencedError when the partition belongs to another; WorldError when the world is away (retried with the partition paused).
   */
  onBatch(batch: Batch): Promise<void>;
  /** Third failure of one record alone: set it aside durably and move the checkpoint past it. */
  onPoison(batch: Batch, error: unknown): Promise<void>;
  /** A partition stopped for good (gap, unknown version): the reason, for readiness. */
  onStopped?(partition: number, reason: Error): void;
}

/** A running subscription. */
export interface Consumption {
  /** Takes no new batch, lets running ones finish, releases its partitions. */
  drain(): Promise<void>;
  /** Per partition: next position to decide, end of the log, whether it is owned here, and why it is stopped or paused, if so. */
  status(): Promise<readonly PartitionStatus[]>;
}

export interface PartitionStatus {
  readonly partition: number;
  readonly owned: boolean;
  readonly next: number;
  readonly end: number;
  /** Without personal data: readiness shows it to anyone. */
  readonly trouble: string | null;
}

export interface Log {
  /** Number of partitions of a topic. Throws when the topic does not exist. */
  partitions(topic: string): number;
  /**
   * Durable when it resolves: in request order within each partition, all of one call or none (Postgres) or all acknowledged (Kafka).
   * Rejects with LogUnavailableError when that cannot be done within `timeoutMs` (default 2,000); the outcome is then unknown and a
   * repeat is harmless, because ids are deterministic.
   */
  append(records: readonly Appendable[], options?: AppendOptions): Promise<readonly Appended[]>;
  consume(subscription: Subscription): Promise<Consumption>;
  close(): Promise<void>;
}
