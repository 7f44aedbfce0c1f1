/**
 * Checkpoint and fence in one row: (group, topic, partition) → (next, epoch, tries, owner, leased_until) (engine.md 4.3).
 * It lives in Postgres whichever log runs, because it moves in the transaction of the effects.
 */
import type { Fence } from './log.js';

export interface Taken {
  readonly fence: Fence;
  readonly next: number;
  /** Counted up by each taking, zeroed when `next` moves. */
  readonly tries: number;
  /** While `next` is below this, batches hold one record: a batch that reached here failed three times. */
  readonly cautiousUntil: number;
  /** Lane position last applied, of a topic that a relay fills; -1 when none (repeats.ts). */
  readonly reached: number;
}

/** A checkpoint as the table shows it. */
export interface CheckpointRow {
  readonly partition: number;
  readonly next: number;
  /** Whose lease is alive; null when the partition is free to take. */
  readonly owner: string | null;
}

/** Everything here but `advance` commits at once, on its own. Rejects with WorldError when the database is away. */
export interface Checkpoints<Tx> {
  /** Takes a free, expired or own partition: epoch + 1, tries + 1. Null when another owner's lease is alive. */
  take(group: string, topic: string, partition: number, owner: string): Promise<Taken | null>;
  /** Gives back the try that the taking of this fence counted: nothing was tried, or the world was at fault. */
  forgive(fence: Fence): Promise<void>;
  /** Renews the leases without moving; answers the fences that are no longer valid. */
  renew(fences: readonly Fence[]): Promise<readonly Fence[]>;
  /** Gives the lease up at once; epoch and next stay. Does nothing when fenced. */
  release(fence: Fence): Promise<void>;
  /** After the third failure of a batch: single records until `until`, whose tries are counted from 0. Rejects with FencedError. */
  shrink(fence: Fence, until: number): Promise<void>;
  /** Moves past a relay's repeats, of which nothing is to be applied: as `advance`, on its own. */
  pass(fence: Fence, expected: number, next: number): Promise<void>;
  /**
   * In the caller's transaction: moves next (and `reached`, where the fence has one), zeroes tries and renews the lease WHERE epoch = mine AND next = expected.
   * Rejects with FencedError when the epoch is another's, with InvariantError when it is mine and `next` another.
   */
  advance(tx: Tx, fence: Fence, expected: number, next: number): Promise<void>;
  /** Rows of a group on a topic; a partition never taken has none. */
  list(group: string, topic: string): Promise<readonly CheckpointRow[]>;
}

/** Ownership, without the transactional part: what a runner needs. */
export type Leases = Omit<Checkpoints<never>, 'advance'>;
