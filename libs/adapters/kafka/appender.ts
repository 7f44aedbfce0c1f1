/**
 * One appender a process: what waits while a request runs is joined in the next. A lane holds the partitions that one broker leads
 * and has one request in flight, so that a broker that hangs holds up its own partitions only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailableError, SealedError, WorldError } from '#engine/log/errors.js';
import type { Appended } from '#engine/log/log.js';
import { AppendQueue, type Call, type Item, type Limits } from './append-queue.js';

export interface Outgoing<M> {
  readonly topic: string;
  readonly partition: number;
  readonly message: M;
  readonly bytes: number;
}

export interface AppenderPort<M> {
  /** Positions of these, each partition's in the given order. Rejects with WorldError when the outcome is unknown. */
  send(items: readonly Outgoing<M>[]): Promise<readonly Appended[]>;
  /** Which broker leads a partition, as far as known: only what is joined depends on it, never the order. */
  laneOf(topic: string, partition: number): number;
  /** A request failed: leaders may have moved. */
  onFailure(error: Error): void;
}

const JOINED: Limits = { records: 1_000, bytes: 1024 * 1024 };
const RETRY_MS = 100;

export class Appender<M> {
  readonly #port: AppenderPort<M>;
  readonly #queue = new AppendQueue<M>();
  readonly #lanes = new Map<number, Promise<void>>();
  #scheduled = false;

  constructor(port: AppenderPort<M>) {
    this.#port = port;
  }

  /**
   * Rejects with LogUnavailableError after `timeoutMs`; what was not begun by then is never appended. Those from `witnessFrom` on are
   * begun once all before them are durable.
   */
  append(
    records: readonly Outgoing<M>[],
    timeoutMs: number,
    witnessFrom: number = records.length,
  ): Promise<readonly Appended[]> {
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const begin = (from: number, to: number): void => {
        this.#queue.add(records.slice(from, to).map((record, at) => ({ ...record, call, index: from + at })));
        this.#schedule();
      };
      const call = new OpenCall(records.length, timeoutMs, resolve, reject);
      if (witnessFrom <= 0 || witnessFrom >= records.length) return begin(0, records.length);
      call.once(witnessFrom, () => begin(witnessFrom, records.length));
      begin(0, witnessFrom);
    });
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (!this.#queue.empty) {
      this.#pump();
      if (this.#lanes.size > 0) await Promise.race(this.#lanes.values());
    }
  }

  /** At the end of this turn of the event loop: calls made in one turn are joined. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const lanes = Map.groupBy(this.#queue.ready(), ({ topic, partition }) => this.#port.laneOf(topic, partition));
    for (const [lane, partitions] of lanes) {
      if (this.#lanes.has(lane)) continue;
      const taken = this.#queue.take(partitions, JOINED);
      if (taken.length === 0) continue;
      const running = this.#flush(taken).then(() => {
        this.#lanes.delete(lane);
        this.#schedule();
      });
      this.#lanes.set(lane, running);
    }
  }

  async #flush(taken: readonly Item<M>[]): Promise<void> {
    try {
      place(taken, await this.#port.send(taken));
      this.#queue.back(taken);
    } catch (error) {
      if (error instanceof WorldError) return this.#again(taken, taken, error);
      await this.#oneByOne(taken);
    }
  }

  /** One bad record must not fail those that only happened to be joined with it. */
  async #oneByOne(taken: readonly Item<M>[]): Promise<void> {
    const sealed = new Map<string, SealedError>();
    for (const [index, item] of taken.entries()) {
      const where = `${item.topic}/${item.partition}`;
      const refused = sealed.get(where);
      if (refused) item.call.fail(refused);
      if (item.call.settled) continue;
      try {
        place([item], await this.#port.send([item]));
      } catch (error) {
        if (error instanceof WorldError) return this.#again(taken, taken.slice(index), error);
        if (error instanceof SealedError) sealed.set(where, error);
        item.call.fail(error);
      }
    }
    this.#queue.back(taken);
  }

  /** The outcome is unknown, and a repeat is harmless: ids are deterministic. Those whose time is up have their answer. */
  async #again(taken: readonly Item<M>[], rest: readonly Item<M>[], error: Error): Promise<void> {
    this.#port.onFailure(error);
    await sleep(RETRY_MS);
    this.#queue.back(taken, rest);
  }
}

function place<M>(items: readonly Item<M>[], appended: readonly Appended[]): void {
  items.forEach(({ call, index }, at) => {
    call.place(index, appended[at] as Appended);
  });
}

class OpenCall implements Call {
  settled = false;
  readonly #placed: Appended[];
  readonly #resolve: (appended: readonly Appended[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #left: number;
  /** What to do when so many are left. */
  #next: { readonly left: number; readonly then: () => void } | null = null;

  constructor(
    count: number,
    timeoutMs: number,
    resolve: (appended: readonly Appended[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#left = count;
    this.#placed = new Array<Appended>(count);
    this.#resolve = resolve;
    this.#reject = reject;
    const late = `the log did not take ${count} records within ${timeoutMs} ms`;
    this.#timer = setTimeout(() => this.fail(new LogUnavailableError(late)), timeoutMs);
  }

  /** Once the first `count` are placed, which are all that is under way until then. */
  once(count: number, then: () => void): void {
    this.#next = { left: this.#left - count, then };
  }

  place(index: number, appended: Appended): void {
    if (this.settled || this.#placed[index] !== undefined) return;
    this.#placed[index] = appended;
    this.#left -= 1;
    if (this.#left === this.#next?.left) this.#next.then();
    if (this.#left === 0) this.#settle(() => this.#resolve(this.#placed));
  }

  fail(error: unknown): void {
    if (!this.settled) this.#settle(() => this.#reject(error));
  }

  #settle(answer: () => void): void {
    this.settled = true;
    clearTimeout(this.#timer);
    answer();
  }
}
