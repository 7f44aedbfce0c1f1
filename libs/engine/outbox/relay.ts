/**
 * Carries the outbox to the log: one fenced relay a lane at a time, in position order, one request in flight. It moves its mark
 * after the append, so it may repeat and never reorders; readers know a repeat by its id.
 */
import { FencedError, WorldError } from '#engine/log/errors.js';
import type { Log } from '#engine/log/log.js';
import { BACKOFF, type Backoff, pause, pauseMs } from '#engine/log/pause.js';
import { newOwner } from '#engine/log/processes.js';
import type { OutboxLanes } from './outbox.js';

export interface RelayOptions {
  /** Records of one request at most; default 500. */
  readonly maxRecords?: number;
  /** Between looks at the outbox when nobody calls `wake`; default 200. */
  readonly pollMs?: number;
  readonly backoff?: Backoff;
}

export class Relay {
  readonly #lanes: OutboxLanes;
  readonly #log: Pick<Log, 'append'>;
  readonly #options: Required<RelayOptions>;
  readonly #owner = newOwner();
  readonly #draining = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #troubles = new Map<string, Error>();
  #hurry = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  constructor(lanes: OutboxLanes, log: Pick<Log, 'append'>, options: RelayOptions = {}) {
    this.#lanes = lanes;
    this.#log = log;
    this.#options = { maxRecords: 500, pollMs: 200, backoff: BACKOFF, ...options };
  }

  start(): this {
    this.#looking = this.#look();
    return this;
  }

  /** Something was committed to the outbox: relay it now. */
  wake(): void {
    this.#hurry.abort();
  }

  /** Why lanes stand still, by lane; empty when all is well. */
  troubles(): ReadonlyMap<string, Error> {
    return this.#troubles;
  }

  /** Ends after the requests in flight; the rest is relayed by the next process. */
  async drain(): Promise<void> {
    this.#draining.abort();
    this.#hurry.abort();
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  async #look(): Promise<void> {
    let failures = 0;
    while (!this.#draining.signal.aborted) {
      this.#hurry = new AbortController();
      if (this.#draining.signal.aborted) return;
      const waiting = await this.#waiting();
      failures = waiting === null ? failures + 1 : 0;
      for (const lane of waiting ?? []) if (!this.#running.has(lane)) this.#run(lane);
      const away = failures > 0 ? pauseMs(this.#options.backoff, failures - 1) : 0;
      await pause(Math.max(away, this.#options.pollMs), this.#hurry.signal);
    }
  }

  /** Null when the database is away: it is looked for again. */
  async #waiting(): Promise<readonly string[] | null> {
    try {
      return await this.#lanes.waiting(this.#owner);
    } catch (error) {
      if (error instanceof WorldError) return null;
      throw error;
    }
  }

  #run(lane: string): void {
    const done = this.#carry(lane).finally(() => this.#running.delete(lane));
    this.#running.set(lane, done);
  }

  /** Relays a lane until it is empty, another's, or the relay drains. */
  async #carry(lane: string): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await this.#relay(lane);
        this.#troubles.delete(lane);
        return;
      } catch (error) {
        if (error instanceof FencedError) return;
        // A record the log refuses stays and is shown: passing over it would reorder the lane.
        this.#troubles.set(lane, error instanceof Error ? error : new Error(String(error)));
        if (this.#draining.signal.aborted) return;
        await pause(pauseMs(this.#options.backoff, failures), this.#draining.signal);
      }
    }
  }

  async #relay(lane: string): Promise<void> {
    const taken = await this.#lanes.take(lane, this.#owner);
    if (taken === null) return;
    let from = taken.relayed;
    while (!this.#draining.signal.aborted) {
      const records = await this.#lanes.read(lane, from, this.#options.maxRecords);
      if (records.length === 0) break;
      await this.#log.append(records);
      await this.#lanes.move(taken.fence, from, from + records.length);
      from += records.length;
    }
    await this.#lanes.release(taken.fence);
  }
}
