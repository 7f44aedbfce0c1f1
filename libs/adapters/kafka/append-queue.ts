/**
 * What waits to be appended, by partition, in order. A partition's records leave it in one request at a time, and come back to its
 * front when the request fails: so order within a partition holds across retries, with nothing idempotent asked of the broker.
 */
import type { Appended } from '#engine/log/log.js';

/** A call of `append`, settled once. */
export interface Call {
  /** The caller has its answer. */
  readonly settled: boolean;
  place(index: number, appended: Appended): void;
  fail(error: unknown): void;
}

export interface Item<M> {
  readonly topic: string;
  readonly partition: number;
  readonly message: M;
  readonly bytes: number;
  readonly call: Call;
  /** Which record of the call. */
  readonly index: number;
}

export interface Limits {
  readonly records: number;
  readonly bytes: number;
}

const nameOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`;

export class AppendQueue<M> {
  readonly #waiting = new Map<string, Item<M>[]>();
  readonly #away = new Set<string>();

  add(items: readonly Item<M>[]): void {
    for (const item of items) {
      const name = nameOf(item);
      const waiting = this.#waiting.get(name);
      if (waiting) waiting.push(item);
      else this.#waiting.set(name, [item]);
    }
  }

  /** Partitions that could send something now, the one that waited longest first. */
  ready(): readonly Item<M>[] {
    return [...this.#waiting].flatMap(([name, items]) => (this.#away.has(name) ? [] : items.slice(0, 1)));
  }

  /** Takes what these partitions have waiting, up to the limits (one record goes whatever its size). They are away until `back`. */
  take(partitions: readonly { topic: string; partition: number }[], limits: Limits): readonly Item<M>[] {
    const taken: Item<M>[] = [];
    let bytes = 0;
    const full = (item: Item<M>): boolean =>
      taken.length > 0 && (taken.length >= limits.records || bytes + item.bytes > limits.bytes);
    for (const of of partitions) {
      const name = nameOf(of);
      const open = (this.#waiting.get(name) ?? []).filter(({ call }) => !call.settled);
      if (open[0] && full(open[0])) continue;
      let count = 0;
      for (const item of open) {
        if (full(item)) break;
        taken.push(item);
        bytes += item.bytes;
        count += 1;
      }
      // What is left goes behind the other partitions.
      this.#waiting.delete(name);
      if (count < open.length) this.#waiting.set(name, open.slice(count));
      if (count > 0) this.#away.add(name);
    }
    return taken;
  }

  /** The request of these is over; `again` are to be sent anew, before whatever came since. */
  back(taken: readonly Item<M>[], again: readonly Item<M>[] = []): void {
    for (const item of taken) this.#away.delete(nameOf(item));
    const byPartition = new Map<string, Item<M>[]>();
    for (const item of again) byPartition.set(nameOf(item), [...(byPartition.get(nameOf(item)) ?? []), item]);
    for (const [name, items] of byPartition) this.#waiting.set(name, [...items, ...(this.#waiting.get(name) ?? [])]);
  }

  get empty(): boolean {
    return this.#waiting.size === 0 && this.#away.size === 0;
  }
}
