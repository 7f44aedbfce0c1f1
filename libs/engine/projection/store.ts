/** Where read models are kept: the port of the projecting transaction. Adapters: memory-store.ts and Postgres. */

import type { Uuid } from '#contracts/ids.js';
import type {
  ContactRow,
  EffectRow,
  EnrollmentRow,
  NotificationRow,
  RuleCount,
  SourceCount,
  SuppressionRow,
  TimelineRow,
} from '#contracts/read-models.js';
import type { Fence } from '#engine/log/log.js';
import type { ContactRef, EffectRef } from './keys.js';

/** Current rows that some events need to be folded into. Lists hold each key once. */
export interface Needs {
  readonly contacts: readonly ContactRef[];
  /** All suppressions of these contacts. */
  readonly suppressionsOf: readonly ContactRef[];
  readonly effects: readonly EffectRef[];
  readonly notifications: readonly EffectRef[];
}

export interface Loaded {
  readonly contacts: readonly ContactRow[];
  /** Contacts with an event that could not be projected: nothing of theirs is, until a replay. */
  readonly stuck: readonly ContactRef[];
  readonly suppressions: readonly SuppressionRow[];
  readonly effects: readonly EffectRow[];
  readonly notifications: readonly NotificationRow[];
}

export interface ContactTag extends ContactRef {
  /** At most 200 characters. */
  readonly tag: string;
}

/** A change of a contact, for the feed: the event that made it, by its place in the timeline. */
export interface FedChange extends ContactRef {
  readonly version: number;
  /** Milliseconds. */
  readonly recordedAt: number;
  readonly eventId: Uuid;
}

/** What the list of contacts finds one by. */
export interface ContactSearch extends ContactRef {
  /** Sorted. */
  readonly facets: readonly string[];
  readonly words: string;
}

export interface EnrollmentRef {
  readonly workspaceId: Uuid;
  readonly enrollmentId: Uuid;
}

/** What some events change. Rows are whole; each list is in key order and holds each key once. */
export interface ReadChanges {
  /** Contacts whose key is gone: the personal columns of all their rows are cleared before the rest is written. */
  readonly erased: readonly ContactRef[];
  readonly contacts: readonly ContactRow[];
  readonly tagsRemoved: readonly ContactTag[];
  readonly tagsAdded: readonly ContactTag[];
  readonly searches: readonly ContactSearch[];
  /** New rows only. */
  readonly timeline: readonly TimelineRow[];
  readonly enrollments: readonly EnrollmentRow[];
  /** Enrollments of earlier batches whose state becomes `exited`. */
  readonly exits: readonly EnrollmentRef[];
  readonly suppressions: readonly SuppressionRow[];
  readonly effects: readonly EffectRow[];
  readonly notifications: readonly NotificationRow[];
  /** To be added to what is there. */
  readonly ruleCounts: readonly RuleCount[];
  readonly sourceCounts: readonly SourceCount[];
  /** In the order of the events; each contact's in version order. No part of the rows: see ProjectionUnit.feed. */
  readonly feed: readonly FedChange[];
}

/** How far a lane has been read: position after its last event. */
export interface LaneProgress {
  readonly lane: number;
  readonly next: number;
}

/** An event that could not be projected. */
export interface StuckEvent extends ContactRef {
  readonly version: number;
  readonly eventId: Uuid;
  /** Class of the error, never its text. */
  readonly error: string;
}

/** One open transaction. It sees its own writes. */
export interface ProjectionUnit {
  load(needs: Needs): Promise<Loaded>;
  save(changes: ReadChanges): Promise<void>;
  /**
   * Appends to the changes feed of each workspace. The last call of the transaction: positions are handed out under a lock of the
   * workspace that is held until the commit.
   */
  feed(changes: readonly FedChange[]): Promise<void>;
  /** Moves the vector of the live projection; a lane never goes back. */
  reach(progress: readonly LaneProgress[]): Promise<void>;
  /** Keeps the first one of a contact. */
  setAside(event: StuckEvent): Promise<void>;
}

export interface ProjectionStore {
  /**
   * Moves the checkpoint from `first` to `next` under the fence and runs `work`, both or neither; waits while a replay switches
   * contacts. Throws FencedError when the partition is another's, WorldError when the database is away.
   */
  transaction(fence: Fence, first: number, next: number, work: (unit: ProjectionUnit) => Promise<void>): Promise<void>;
}
