/** A source: one registered webhook endpoint of one provider, as ingest holds it in memory. */
import type { Uuid } from '#contracts/ids.js';
import type { SourceSettings } from '#contracts/provider.js';

export type SourceState = 'active' | 'paused' | 'deleted';

/** What a source lets in, and what is made of it: rules of ours, beside how the provider is configured. */
export interface SourcePolicy {
  /** Addresses and ranges that may send; `published` stands for those the provider publishes. Left out: any. */
  readonly addresses?: readonly string[];
  /** Requests a second, and how many may come at once (default: two seconds' worth). Left out: no limit but the room there is. */
  readonly ratePerSecond?: number;
  readonly burst?: number;
  /** Bytes of a body, below the limit of the process. */
  readonly maxBodyBytes?: number;
  /** False: who opened and clicked is left as the provider says. Default true. */
  readonly deriveActors?: boolean;
}

export interface Source {
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  /** The unguessable part of its URL: `POST /ingest/{path}`. */
  readonly path: string;
  readonly name: string;
  /** Registry name of the provider. */
  readonly provider: string;
  readonly state: SourceState;
  /** With the keys in force, unwrapped. */
  readonly settings: SourceSettings;
  readonly policy?: SourcePolicy;
  /** While keys are rotated: the settings with new and old keys, each until a time in milliseconds; the first to end comes first. */
  readonly rotation?: readonly { readonly settings: SourceSettings; readonly until: number }[];
}

/** The settings to verify with at a time: old keys count while their time lasts. */
export function settingsAt(source: Source, now: number): SourceSettings {
  return source.rotation?.find(({ until }) => now < until)?.settings ?? source.settings;
}

/** All sources of all workspaces, from memory: ingest needs no database to judge a request. */
export interface SourceDirectory {
  /** Undefined when no source ever had this path. A deleted one is found, so that its sender is told. */
  find(path: string): Source | undefined;
  /**
   * A path that is not in memory may be of a source that was made a moment ago: reads it, where what is read from is at hand. Never
   * rejects, and takes a fraction of a second at most.
   */
  lookUp?(path: string): Promise<void>;
}
