/** Who decides which partitions a process holds: the live owners among themselves, or the log's own consumer group. */
import type { Leases } from './checkpoints.js';
import type { Subscription } from './log.js';
import { type Members, type Moves, movesOf } from './shares.js';

/** What a process holds of a topic now. */
export interface Here {
  /** Of the topic. */
  readonly partitions: number;
  readonly running: ReadonlySet<number>;
  /** Stopped here for good. */
  readonly stopped: ReadonlySet<number>;
}

export interface Sharing {
  /** One step from what runs here towards what should; called at each heartbeat. Rejects with WorldError. */
  moves(here: Here): Promise<Moves>;
  /** Gives the place among the owners up. Rejects with WorldError. */
  leave(): Promise<void>;
}

/** Owners that see each other in a table and take equal shares. */
export class LeaseSharing implements Sharing {
  readonly #of: Pick<Subscription, 'group' | 'topic'>;
  readonly #owner: string;
  readonly #members: Members;
  readonly #leases: Pick<Leases, 'list'>;

  constructor(
    of: Pick<Subscription, 'group' | 'topic'>,
    owner: string,
    members: Members,
    leases: Pick<Leases, 'list'>,
  ) {
    this.#of = of;
    this.#owner = owner;
    this.#members = members;
    this.#leases = leases;
  }

  async moves({ partitions, running, stopped }: Here): Promise<Moves> {
    const { group, topic } = this.#of;
    const alive = await this.#members.beat(group, topic, { owner: this.#owner, wants: partitions - stopped.size });
    const rows = await this.#leases.list(group, topic);
    return movesOf(this.#owner, partitions, alive, rows, { running, stopped });
  }

  async leave(): Promise<void> {
    const { group, topic } = this.#of;
    await this.#members.leave(group, topic, this.#owner);
  }
}
