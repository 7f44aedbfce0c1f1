/**
 * Where decisions are kept: the port of the deciding transaction. Everything personal arrives sealed and leaves sealed.
 * Adapters: in memory (memory-store.ts) and Postgres; both pass `decisionStoreConformance`.
 */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { TimerWish } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { ReplayClaim } from '#contracts/inputs.js';
import type { JsonObject } from '#contracts/json.js';
import type { Appendable } from '#contracts/record.js';
import type { QuarantineRow } from '#engine/deliveries/moved.js';
import type { Fence } from '#engine/log/log.js';

export interface ContactRef {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
}

/** `month`: first day, `YYYY-MM-01`. */
export interface SeenKey {
  readonly workspaceId: Uuid;
  readonly key: Uuid;
  readonly month: string;
}

/** A contact as stored; one that was never seen has neither key nor state. */
export interface LoadedContact extends ContactRef {
  readonly wrappedKey: Buffer | null;
  readonly state: { readonly version: number; readonly sealed: Buffer } | null;
  /** An input of it is parked: later ones queue behind. */
  readonly parked: boolean;
}

export interface Loaded {
  /** One for each asked contact, in any order. */
  readonly contacts: readonly LoadedContact[];
  /** Those of the asked keys that are on record. */
  readonly seen: readonly SeenKey[];
  /** Workspaces of these contacts that are held: their inputs are parked undecided (`Changes.parked` says when one is held). */
  readonly held: ReadonlySet<Uuid>;
}

/** An event as stored (`pii` sealed under the contact's key, bound to the event's id), before the store gives it its place. */
export type SealedEvent = Omit<ContactEventRow, 'lane' | 'position'>;

/** A state to save. `loaded`: the version it was loaded with, null where there was none. Times in milliseconds. */
export interface StateChange extends ContactRef {
  readonly loaded: number | null;
  readonly version: number;
  readonly recordedAt: number;
  readonly sealed: Buffer;
}

/** Counts to add to the row of (workspace, source, hour, writer). `hour`: milliseconds of its start. Negative where one is taken back. */
export interface BooksChange {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly hour: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly tooLate: number;
  readonly parked: number;
  readonly quarantined: number;
}

/** A token with the body it is good for. */
export interface TokenOnRecord extends ReplayClaim {
  readonly workspaceId: Uuid;
}

/** `at`: milliseconds, when its request was received. */
export interface TokenClaim extends TokenOnRecord {
  readonly at: number;
}

export interface InputPlace {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
}

/** An input set aside: `poison` could not be decided, `behind` waits behind an earlier one of the same contact. */
export interface ParkedInput extends InputPlace {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid | null;
  readonly id: Uuid;
  readonly type: string;
  readonly v: number;
  readonly at: number;
  readonly data: JsonObject;
  /** Under the contact's key where there is one. */
  readonly sealed: Buffer | null;
  readonly reason: 'poison' | 'behind';
  readonly errorSealed: Buffer | null;
}

/** What became of a parked input that was decided again. */
export interface ParkedChange extends InputPlace {
  readonly workspaceId: Uuid;
  readonly state: 'parked' | 'replayed' | 'discarded';
  readonly reason: 'poison' | 'behind';
  readonly errorSealed: Buffer | null;
}

/** A timer to arm: where the contact has one of this purpose, it moves only earlier. `dueAt`: milliseconds. */
export interface ArmedTimer extends ContactRef, TimerWish {}

/** A version in force from a position of a partition on; `version` null retires the rule. */
export interface Activation extends InputPlace {
  readonly workspaceId: Uuid;
  readonly rule: string;
  readonly version: number | null;
  readonly number: number;
}

/** All that a segment of a batch writes. Lists are in key order, events in the order they were decided. */
export interface Changes {
  /** Rules lane: events get its next positions, under its lock. Writer of the books. */
  readonly lane: number;
  readonly keys: readonly (ContactRef & { readonly wrapped: Buffer })[];
  readonly events: readonly SealedEvent[];
  readonly states: readonly StateChange[];
  readonly seen: readonly SeenKey[];
  readonly books: readonly BooksChange[];
  /**
   * A workspace of which too many within an hour could not be decided is held from then on, until a person releases it: many alike
   * stop that workspace, not the engine (engine.md 4.12).
   */
  readonly parked: readonly ParkedInput[];
  readonly unparked: readonly ParkedChange[];
  /** What was refused by now, to be seen by people. */
  readonly quarantined: readonly QuarantineRow[];
  readonly activations: readonly Activation[];
  /** Inputs that go back to the log through the outbox lane `forward:LANE`. */
  readonly forwards: readonly Appendable[];
  /** By contact and purpose, each once. */
  readonly timers: readonly ArmedTimer[];
}

/** One open transaction. It sees its own writes. */
export interface DecisionUnit {
  load(contacts: readonly ContactRef[], seen: readonly SeenKey[]): Promise<Loaded>;
  /**
   * Claims tokens for their bodies until the commit, and answers for each the body it is good for: that of whoever came first. Tokens
   * must be in key order, each once.
   */
  claim(tokens: readonly TokenClaim[]): Promise<readonly TokenOnRecord[]>;
  /** Events of ENGAGEMENT_EVENTS of these contacts, each contact's in version order. */
  engagements(contacts: readonly ContactRef[]): Promise<readonly SealedEvent[]>;
  /** The first `limit` inputs that are parked of a contact, in log order: by generation, then position. */
  parked(contact: ContactRef, limit: number): Promise<readonly ParkedInput[]>;
  /** Throws FencedError when a state or key is not as it was loaded: another owner has been here. */
  write(changes: Changes): Promise<void>;
}

/** Inputs of a workspace that could not be decided within an hour, from which on it is held. */
export const HOLD_AFTER = 50;

export interface DecisionStore {
  /**
   * Moves the checkpoint from `first` to `next` under the fence and runs `work`, both or neither.
   * Throws FencedError when the partition is another's, WorldError when the database is away.
   */
  transaction(fence: Fence, first: number, next: number, work: (unit: DecisionUnit) => Promise<void>): Promise<void>;
}
