/** What readiness and metrics look at: the consumers and workers that this process runs. Handed in by the composition. */
import type { Consumption } from '#engine/log/log.js';

/** One consumer group of this process on one topic. */
export interface WatchedGroup {
  readonly group: string;
  readonly topic: string;
  readonly consumption: Pick<Consumption, 'status'>;
}

/** Anything else that must be well for this process to be ready: a relay, the workers of delivery, the rules in force. */
export interface Probe {
  /** One word, e.g. `relay`. */
  readonly part: string;
  /** Why it is not well, one sentence each without personal data; empty when it is. Rejecting counts as one reason. */
  troubles(): Promise<readonly string[]>;
}

export interface Watched {
  groups(): readonly WatchedGroup[];
  readonly probes: readonly Probe[];
}

/** A process that consumes nothing. */
export const WATCHES_NOTHING: Watched = { groups: () => [], probes: [] };
