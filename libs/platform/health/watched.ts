/** What readiness and metrics look at: the consumers and workers that this process runs. Handed in by the composition. */
import type { PartitionStatus } from '#engine/log/log.js';

/** Where one consumer group stands on one topic. */
export interface WatchedGroup {
  readonly group: string;
  readonly topic: string;
  readonly partitions: readonly PartitionStatus[];
}

/** Anything else that must be well for this process to be ready: a relay, the workers of delivery, ingest's copy of the sources. */
export interface Probe {
  /** One word, e.g. `relay`. */
  readonly part: string;
  /** Why it is not well, one sentence each without personal data; empty when it is. Rejecting counts as one reason. */
  troubles(): Promise<readonly string[]>;
  /** What an operator should know although the process does its work; shown when there is no trouble. */
  notes?(): Promise<readonly string[]>;
}

export interface Watched {
  /** `LogServer.consumptions()`. Rejects when the log is away. */
  groups(): Promise<readonly WatchedGroup[]>;
  readonly probes: readonly Probe[];
}

/** A process that consumes nothing. */
export const WATCHES_NOTHING: Watched = { groups: async () => [], probes: [] };
