/**
 * A decider is pure: no clock, randomness, I/O, environment or time zone (engine.md 4.6). Look-ups arrive with the input.
 * `State` is plain JSON data, a fold of the contact's events; it is sealed and stored whole.
 */
import type { ContactEvent, Recorded } from './contact-events.js';
import type { Uuid } from './ids.js';
import type { Input, Placed } from './inputs.js';
import type { Json } from './json.js';

/** A de-duplication key with the months it is looked up in and the month it is written to (first day, `YYYY-MM-01`). */
export interface SeenLookup {
  readonly key: Uuid;
  readonly months: readonly string[];
  readonly writeTo: string;
}

/** How an engagement ends in the books; null for inputs of ours that no book counts. */
export type Booked = 'applied' | 'duplicate' | 'too_late' | null;

/** An input that a decision sends to another contact. */
export interface Sent {
  /** Deterministic: a hash of what caused it. */
  readonly id: Uuid;
  /** The other contact's key. */
  readonly key: Uuid;
  readonly input: Input;
}

/** When a contact is to be looked at again, and for what. There is one of a purpose at most. */
export interface TimerWish {
  readonly purpose: string;
  /** Milliseconds. */
  readonly dueAt: number;
}

export interface Decision {
  /** Events with their meta, versions following the state's; empty when the input changes nothing. */
  readonly events: readonly Recorded<ContactEvent>[];
  readonly booked: Booked;
  /** Keys to write to `seen` in the same transaction. */
  readonly seen: readonly { readonly key: Uuid; readonly month: string }[];
  /** Appended to the log after the commit, in this order and before what the contact forwards later. */
  readonly sends?: readonly Sent[];
  /** Armed in the same transaction; one of a purpose that is armed already moves only earlier. */
  readonly timers?: readonly TimerWish[];
}

export interface DecideContext<Rules> {
  /** What is in force at the input's position of its partition. */
  readonly rules: Rules;
  /** Those of the input's look-up keys that are on record, stored or written earlier in this batch. */
  readonly seen: ReadonlySet<Uuid>;
}

/** A stream that has ended. */
export interface AliasRef {
  readonly contactId: Uuid;
  /** Of its last event. */
  readonly version: number;
}

export interface Decider<State, Rules> {
  initial(workspaceId: Uuid, contactId: Uuid): State;
  /** Version of the last event folded in; 0 for an initial state. */
  versionOf(state: State): number;
  /** recordedAt of the last event folded in, milliseconds; 0 for an initial state. */
  recordedAtOf(state: State): number;
  /** The contact this state is an alias of, once its stream ended with `linked`: its inputs are forwarded there, undecided. */
  linkedTo?(state: State): Uuid | null;
  /** Inputs that an alias decides all the same: of what is its own for ever. */
  keeps?(input: Input): boolean;
  /** An input as its owner gets it from the alias `from`: with the key it came under, where that matters. */
  forwarded?(input: Input, from: Uuid): Input;
  /**
   * Contacts whose states were merged into this one: their engagements are part of its history. Their streams have ended with the event
   * of `version`.
   */
  aliasesOf?(state: State): readonly AliasRef[];
  /** Every input has look-ups: an engagement its own keys, an input of ours its input id. */
  lookups(placed: Placed): readonly SeenLookup[];
  /** Deciding the same input again with its keys seen writes nothing. Throws only by a fault of ours or of the message (PoisonError). */
  decide(state: State, placed: Placed, context: DecideContext<Rules>): Decision;
  evolve(state: State, event: Recorded<ContactEvent>): State;
  /** All that this state waits for: what its timers are made of again when they are lost. */
  timersOf?(state: State): readonly TimerWish[];
  /**
   * True when the state's counters are not those the rules ask for: `withHistory` then comes before decide, which refuses such a state,
   * and before the evolve of an event decided under these rules. A new contact (version 0) has no engagements: no query is needed.
   */
  lacksHistory(state: State, rules: Rules): boolean;
  /**
   * Adds the counters that `rules` ask for from the engagements of the contact and of `aliasesOf`, each stream's in version order, and
   * drops those no rule asks for.
   */
  withHistory(state: State, rules: Rules, engagements: readonly Recorded<ContactEvent>[]): State;
}

/** State as it is stored. */
export type StateJson = Json;
