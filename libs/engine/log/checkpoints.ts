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
}

export interface Checkpoints<Tx> {
  /** Takes a free or expired partition: epoch + 1, tries + 1. Null when another owner's lease is alive. */
  take(group: string, topic: string, partition: number, owner: string): Promise<Taken | null>;
  /** Renews the lease without moving. False when fenced. */
  renew(fence: Fence): Promise<boolean>;
  /** Gives the lease up at once; epoch and next stay. */
  release(fence: Fence): Promise<void>;
  /** Sets `cautious_until` after the third failure of a batch. */
  shrink(fence: Fence, until: number): Promise<void>;
  /** In the caller's transaction: moves next and zeroes tries WHERE epoch = mine AND next = expected. Throws FencedError when no row. */
  advance(tx: Tx, fence: Fence, expected: number, next: number): Promise<void>;
}
