/** Checkpoints and members in memory, for pure tests: the same rules as the table, on a clock of the test's. */
import { inMemoryTransaction, type MemoryTransaction } from '#engine/transaction/memory-transaction.js';
import type { CheckpointRow, Checkpoints, Taken } from './checkpoints.js';
import { FencedError, InvariantError, WorldError } from './errors.js';
import type { Fence } from './log.js';
import type { Member, Members } from './shares.js';

interface Row {
  next: number;
  epoch: number;
  tries: number;
  cautiousUntil: number;
  reached: number;
  owner: string | null;
  leasedUntil: number;
}

const NEW: Row = { next: 0, epoch: 0, tries: 0, cautiousUntil: 0, reached: -1, owner: null, leasedUntil: 0 };

export class MemoryCheckpoints implements Checkpoints<MemoryTransaction>, Members {
  readonly #rows = new Map<string, Row>();
  readonly #members = new Map<string, Member & { readonly aliveUntil: number }>();
  readonly #now: () => number;
  readonly #leaseMs: number;
  /** While true, every call fails as if the database were away. */
  away = false;

  constructor(now: () => number = Date.now, leaseMs = 10_000) {
    this.#now = now;
    this.#leaseMs = leaseMs;
  }

  async take(group: string, topic: string, partition: number, owner: string): Promise<Taken | null> {
    this.#reach();
    const name = nameOf({ group, topic, partition });
    const row = this.#rows.get(name) ?? { ...NEW };
    if (row.owner !== null && row.owner !== owner && row.leasedUntil > this.#now()) return null;
    row.epoch += 1;
    row.tries += 1;
    row.owner = owner;
    row.leasedUntil = this.#now() + this.#leaseMs;
    this.#rows.set(name, row);
    const { next, epoch, tries, cautiousUntil, reached } = row;
    return { fence: { group, topic, partition, epoch }, next, tries, cautiousUntil, reached };
  }

  async forgive(fence: Fence): Promise<void> {
    const row = this.#mine(fence);
    if (row) row.tries = Math.max(row.tries - 1, 0);
  }

  async renew(fences: readonly Fence[]): Promise<readonly Fence[]> {
    return fences.filter((fence) => {
      const row = this.#mine(fence);
      if (row) row.leasedUntil = this.#now() + this.#leaseMs;
      return row === null;
    });
  }

  async release(fence: Fence): Promise<void> {
    const row = this.#mine(fence);
    if (row) row.owner = null;
  }

  async shrink(fence: Fence, until: number): Promise<void> {
    const row = this.#mine(fence);
    if (row === null) throw new FencedError(`${nameOf(fence)} is another's`);
    row.cautiousUntil = until;
    row.tries = 0;
  }

  pass(fence: Fence, expected: number, next: number): Promise<void> {
    return inMemoryTransaction((tx) => this.advance(tx, fence, expected, next));
  }

  async advance(tx: MemoryTransaction, fence: Fence, expected: number, next: number): Promise<void> {
    tx.check(() => {
      const row = this.#mine(fence);
      if (row === null) throw new FencedError(`${nameOf(fence)} is another's`);
      if (row.next !== expected) throw new InvariantError(`${nameOf(fence)} stands at ${row.next}, not at ${expected}`);
    });
    tx.write(() => {
      const row = this.#mine(fence) as Row;
      row.next = next;
      row.reached = fence.reached ?? row.reached;
      row.tries = 0;
      row.leasedUntil = this.#now() + this.#leaseMs;
    });
  }

  async list(group: string, topic: string): Promise<readonly CheckpointRow[]> {
    this.#reach();
    return [...this.#rows].flatMap(([name, row]) => {
      const [g, t, partition] = JSON.parse(name) as [string, string, number];
      const owner = row.leasedUntil > this.#now() ? row.owner : null;
      return g === group && t === topic ? [{ partition, next: row.next, owner }] : [];
    });
  }

  async beat(group: string, topic: string, member: Member): Promise<readonly Member[]> {
    this.#reach();
    const place = JSON.stringify([group, topic]);
    this.#members.set(`${place}${member.owner}`, { ...member, aliveUntil: this.#now() + this.#leaseMs });
    return [...this.#members]
      .filter(([name, one]) => name.startsWith(place) && one.aliveUntil > this.#now())
      .map(([, one]) => one);
  }

  async leave(group: string, topic: string, owner: string): Promise<void> {
    this.#reach();
    this.#members.delete(`${JSON.stringify([group, topic])}${owner}`);
  }

  /** The lease of a partition ends now and its owner is no longer alive, as if it had hung past both. */
  expire(group: string, topic: string, partition: number): void {
    const row = this.#rows.get(nameOf({ group, topic, partition }));
    if (!row) return;
    row.leasedUntil = 0;
    this.#members.delete(`${JSON.stringify([group, topic])}${row.owner}`);
  }

  /** Where a group stands in a partition. */
  next(group: string, topic: string, partition: number): number {
    return this.#rows.get(nameOf({ group, topic, partition }))?.next ?? 0;
  }

  #mine(fence: Fence): Row | null {
    this.#reach();
    const row = this.#rows.get(nameOf(fence));
    return row?.epoch === fence.epoch ? row : null;
  }

  #reach(): void {
    if (this.away) throw new WorldError('the database is away');
  }
}

function nameOf({ group, topic, partition }: Omit<Fence, 'epoch'>): string {
  return JSON.stringify([group, topic, partition]);
}
