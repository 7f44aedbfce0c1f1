/**
 * Fires what is due, one process at a time. What is due just now goes at once; what is overdue (after an outage, or because many were
 * armed for long ago) is bulk: it is appended only while its partition's lag is under a second, some at a time (engine.md 4.18).
 */

import type { BulkGate } from '#engine/log/bulk-gate.js';
import { FencedError, WorldError } from '#engine/log/errors.js';
import { type Backoff, pause, pauseMs } from '#engine/log/pause.js';
import { newOwner } from '#engine/log/processes.js';
import type { Due, TimerFence, Timers } from './timers.js';

/** Milliseconds: what is due for longer is overdue. */
export const ON_TIME_MS = 10_000;
/** Of one transaction at most: of those on time, and of those overdue for each open partition. */
export const FIRED_AT_ONCE = 2_000;
export const OVERDUE_AT_ONCE = 100;

export interface FiringOptions {
  readonly timers: Timers;
  readonly gate: Pick<BulkGate, 'open'>;
  /** Topic of inputs, with its generation: asked anew each time. */
  readonly topic: () => string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Inputs were committed to the outbox: wake its relay. */
  readonly fired?: () => void;
  /** A fault of ours. */
  readonly onFault: (error: unknown) => void;
  /** Between looks; default 250. */
  readonly pollMs?: number;
}

/** Milliseconds to the next look after one that found something: there may be more. */
const MORE_MS = 20;

const BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 };

export class TimerFiring {
  readonly #owner = newOwner();
  readonly #draining = new AbortController();
  #fence: TimerFence | null = null;
  #looking: Promise<void> = Promise.resolve();
  #trouble: Error | null = null;

  constructor(private readonly options: FiringOptions) {}

  start(): this {
    this.#looking = this.#look();
    return this;
  }

  /** Why nothing fires; null when all is well, or another process fires. */
  trouble(): Error | null {
    return this.#trouble;
  }

  /** Ends after the transaction that runs, and lets another process fire. */
  async drain(): Promise<void> {
    this.#draining.abort();
    await this.#looking;
    const fence = this.#fence;
    this.#fence = null;
    if (fence !== null) await this.options.timers.release(fence).catch(onlyWorld);
  }

  /** One look: fires what may be fired now, at most once around. Answers how many; 0 when another process fires. */
  async step(): Promise<number> {
    const { timers, gate, clock, fired } = this.options;
    this.#fence ??= await timers.take(this.#owner);
    if (this.#fence === null) return 0;
    const now = clock();
    let count = await this.#fire(this.#fence, { after: now - ON_TIME_MS, until: now }, FIRED_AT_ONCE);
    const { of, open } = await gate.open();
    if (open.length > 0) {
      const overdue = { after: null, until: now - ON_TIME_MS, partitions: { of, open } };
      count += await this.#fire(this.#fence, overdue, OVERDUE_AT_ONCE * open.length);
    }
    if (count > 0) fired?.();
    return count;
  }

  #fire(fence: TimerFence, due: Due, most: number): Promise<number> {
    const { timers, clock, topic } = this.options;
    return timers.fire(fence, due, most, { topic: topic(), at: clock() });
  }

  async #look(): Promise<void> {
    const { signal } = this.#draining;
    for (let failures = 0; !signal.aborted; ) {
      let count = 0;
      try {
        count = await this.step();
        failures = 0;
        this.#trouble = null;
      } catch (error) {
        this.#fence = null;
        if (!(error instanceof FencedError)) {
          this.#trouble = error instanceof Error ? error : new Error(String(error));
          failures += 1;
          if (!(error instanceof WorldError)) this.options.onFault(error);
        }
      }
      const away = failures > 0 ? pauseMs(BACKOFF, failures - 1) : 0;
      const soon = count > 0 ? MORE_MS : (this.options.pollMs ?? 250);
      await pause(Math.max(away, soon), signal);
    }
  }
}

function onlyWorld(error: unknown): void {
  if (!(error instanceof WorldError)) throw error;
}
