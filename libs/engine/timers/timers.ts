/**
 * Timers: when a contact is to be looked at again, and for what. The deciding transaction arms them (`Changes.timers`); one that is due
 * becomes an input on the contact's topic, and the state decides what it means (engine.md 4.13). Adapters: in memory and Postgres; both
 * pass `timersConformance`.
 */
import { deriveId } from '#contracts/ids.js';
import type { TimerDueInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import type { ArmedTimer } from '#engine/decision/store.js';
import { sealInput } from '#engine/sealing/input-codec.js';

/** The outbox lane of what fires. */
export const TIMERS_LANE = 'timers';

/** The right to fire: valid while nobody has taken it since. */
export interface TimerFence {
  readonly epoch: number;
}

/** Which timers: those due after `after` (null: however long ago) and not after `until`, milliseconds. */
export interface Due {
  readonly after: number | null;
  readonly until: number;
  /** Only of contacts whose inputs stand in one of these partitions, of so many. Left out: all. */
  readonly partitions?: { readonly of: number; readonly open: readonly number[] };
}

/** What the inputs of what fires are addressed to: a topic with its generation; and the time they are of, milliseconds. */
export interface Firing {
  readonly topic: string;
  readonly at: number;
}

/** Each call is a transaction of its own, and rejects with WorldError when the database is away. */
export interface Timers {
  /** Takes the right to fire: epoch + 1. Null while another's lease is alive. */
  take(owner: string): Promise<TimerFence | null>;
  /**
   * Removes at most `most` of those that are due, the longest due first, and puts their inputs (`timerInput`) into the outbox lane
   * TIMERS_LANE, both or neither; renews the lease. Answers how many. Rejects with FencedError when another has taken the right since.
   */
  fire(fence: TimerFence, due: Due, most: number, firing: Firing): Promise<number>;
  /** Gives the right up. Does nothing when fenced. */
  release(fence: TimerFence): Promise<void>;
}

/** The same timer gives the same id, whoever fires it and however often. */
export function timerInput({ workspaceId, contactId, purpose, dueAt }: ArmedTimer, { topic, at }: Firing): Appendable {
  const input: TimerDueInput = { type: 'timer_due', v: 1, data: { purpose, dueAt }, pii: null };
  const id = deriveId('timer', workspaceId, contactId, purpose, dueAt);
  return sealInput(input, { topic, key: contactId, workspaceId, id, at: Math.max(at, dueAt) }, null);
}
