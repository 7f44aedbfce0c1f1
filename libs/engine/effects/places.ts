/**
 * The places of a worker: attempts that run side by side. Where each workspace has an endpoint of its own, one that is slow must not hold
 * the places of others: a workspace may hold as many as are still free, so one leaves half to the others, two leave a third (dynamic
 * thresholds, as ingest's room has them).
 */
import type { Uuid } from '#contracts/ids.js';

/** How many more effects may be leased: of workspaces that hold places, and of each that holds none. */
export interface Shares {
  readonly of: ReadonlyMap<Uuid, number>;
  readonly others: number;
}

export class Places {
  readonly #held = new Map<Uuid, number>();
  #total = 0;

  /** `shared`: among workspaces; else whoever comes first takes them all. */
  constructor(
    private readonly count: number,
    private readonly shared: boolean,
  ) {}

  get free(): number {
    return this.count - this.#total;
  }

  take(workspaceId: Uuid): void {
    this.#held.set(workspaceId, (this.#held.get(workspaceId) ?? 0) + 1);
    this.#total += 1;
  }

  leave(workspaceId: Uuid): void {
    const held = (this.#held.get(workspaceId) ?? 0) - 1;
    if (held > 0) this.#held.set(workspaceId, held);
    else this.#held.delete(workspaceId);
    this.#total -= 1;
  }

  /** Whoever holds nothing may take the last one. */
  shares(): Shares {
    const { free } = this;
    if (!this.shared) return { of: new Map(), others: free };
    const more = ([workspaceId, held]: [Uuid, number]): [Uuid, number] => [
      workspaceId,
      Math.max(0, Math.floor((free - held) / 2)),
    ];
    return { of: new Map([...this.#held].map(more)), others: Math.min(free, Math.max(1, Math.floor(free / 2))) };
  }
}
