/** The queue of effects: ports of the copying consumer and of the workers. */
import type { Uuid } from '#contracts/ids.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import type { Fence } from '#engine/log/log.js';
import type { LeasedEffect, RequestedEffect, TargetName } from './effect.js';
import type { Shares } from './places.js';

export interface EffectCopies {
  /**
   * Moves the checkpoint from `first` to `next` under the fence and puts a row for each target of each effect into the queue, both
   * or neither; a row that is there stays as it is. Targets of a notify: the inbox, and the workspace’s outgoing webhook if active; of any
   * other kind `unattended`: nothing carries it out yet.
   * Throws FencedError when the partition is another's, WorldError when the database is away.
   */
  copy(fence: Fence, first: number, next: number, effects: readonly RequestedEffect[]): Promise<void>;
  /** The same, for a record that cannot be read: kept as it is, parked. */
  setAside(fence: Fence, first: number, next: number, records: readonly LogRecord[]): Promise<void>;
}

/** The end of an effect at its target, with the input that tells its contact. */
export interface Settlement {
  readonly effect: LeasedEffect;
  readonly state: 'delivered' | 'expired' | 'dead';
  /** A code, never free text. */
  readonly reason: string | null;
  /** Null: nobody is told. */
  readonly outcome: Appendable | null;
}

/** `reason`: a code. `counted`: this was an attempt; else it is taken back. */
export interface Pause {
  readonly afterMs: number;
  readonly reason: string;
  readonly counted: boolean;
}

/** Each call commits on its own and rejects with WorldError when the database is away. */
export interface EffectQueue {
  /**
   * Leases due effects to `owner`, the longest due first; of a contact only the earliest, of a workspace no more than its share
   * (left out: `limit`). Counts an attempt for each.
   */
  lease(
    target: TargetName,
    owner: string,
    limit: number,
    leaseMs: number,
    shares?: Shares,
  ): Promise<readonly LeasedEffect[]>;
  /** Settles those whose lease still holds and enqueues their outcomes, in one transaction. Answers the effects settled. */
  settle(settlements: readonly Settlement[]): Promise<readonly Uuid[]>;
  /** Due again after `afterMs`, or at notAfter if that is earlier. False when the lease was lost. */
  retry(effect: LeasedEffect, pause: Pause): Promise<boolean>;
}
