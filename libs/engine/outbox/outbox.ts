/**
 * What a transaction tells the log is a row of the outbox in that transaction; a relay appends it afterwards (engine.md 1).
 * Positions of a lane are handed out under the lock of its row, so their order is the order of commit and has no gaps.
 */
import type { Appendable } from '#contracts/record.js';

export interface Outbox<Tx> {
  /** In the caller's transaction, which holds the lane from here to its end: writers of one lane wait for each other. */
  enqueue(tx: Tx, lane: string, records: readonly Appendable[]): Promise<void>;
}

/** The right to move one lane: valid while its row still has this epoch. */
export interface LaneFence {
  readonly lane: string;
  readonly epoch: number;
}

/** What a relay needs of the outbox. Each call commits on its own and rejects with WorldError when the database is away. */
export interface OutboxLanes {
  /** Lanes with something to relay that `owner` may take. */
  waiting(owner: string): Promise<readonly string[]>;
  /** Takes a free, expired or own lane: epoch + 1. Null when another's lease is alive. */
  take(lane: string, owner: string): Promise<{ readonly fence: LaneFence; readonly relayed: number } | null>;
  /** Records of the lane from position `from` on, in order, at most `max`. */
  read(lane: string, from: number, max: number): Promise<readonly Appendable[]>;
  /** Removes what was appended and moves `relayed` under the fence, renewing the lease. Rejects with FencedError. */
  move(fence: LaneFence, expected: number, relayed: number): Promise<void>;
  /** Gives the lane up. Does nothing when fenced. */
  release(fence: LaneFence): Promise<void>;
}
