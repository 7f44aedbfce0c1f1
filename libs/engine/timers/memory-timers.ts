/** Timers in memory, over the tables of the deciding store: for pure tests. */
import { partitionOf } from '#contracts/topics.js';
import type { MemoryTables } from '#engine/decision/memory-store.js';
import { FencedError } from '#engine/log/errors.js';
import { type Due, type Firing, type TimerFence, type Timers, timerInput } from './timers.js';

export class MemoryTimers implements Timers {
  #epoch = 0;
  #owner: string | null = null;

  constructor(private readonly tables: () => MemoryTables) {}

  async take(owner: string): Promise<TimerFence | null> {
    if (this.#owner !== null && this.#owner !== owner) return null;
    this.#owner = owner;
    this.#epoch += 1;
    return { epoch: this.#epoch };
  }

  /** The owner's lease is over. */
  expire(): void {
    this.#owner = null;
  }

  async fire({ epoch }: TimerFence, { after, until, partitions }: Due, most: number, firing: Firing): Promise<number> {
    if (epoch !== this.#epoch) throw new FencedError('timers are fired by another');
    const { timers } = this.tables();
    const due = [...timers].filter(
      ([, { dueAt, contactId }]) =>
        (after === null || dueAt > after) &&
        dueAt <= until &&
        (partitions === undefined || partitions.open.includes(partitionOf(contactId, partitions.of))),
    );
    const fired = due
      .sort(([a, { dueAt: first }], [b, { dueAt: then }]) => first - then || (a < b ? -1 : 1))
      .slice(0, most);
    const inputs = fired.map(([, timer]) => timerInput(timer, firing));
    const tables = this.tables();
    tables.forwards = [...tables.forwards, ...inputs];
    for (const [name] of fired) timers.delete(name);
    return fired.length;
  }

  async release({ epoch }: TimerFence): Promise<void> {
    if (epoch === this.#epoch) this.#owner = null;
  }
}
