/** Leases due effects of one target and carries them out, as many side by side as the target bears. */
import type { EffectRequested } from '#contracts/contact-events.js';
import { WorldError } from '#engine/log/errors.js';
import { type Backoff, pause, pauseMs } from '#engine/log/pause.js';
import { newOwner } from '#engine/log/processes.js';
import { type Attempting, attempt } from './attempt.js';
import type { LeasedEffect } from './effect.js';
import type { Outcomes } from './outcome.js';
import { Places } from './places.js';
import type { EffectQueue } from './queue.js';
import { Settler } from './settler.js';

export interface WorkerOptions {
  /** Longer than an attempt may take (a target gives up after 10 s), and what a dead worker had waits so long; default 30,000. */
  readonly leaseMs?: number;
  /** Between looks at the queue when nobody calls `wake`; default 250. */
  readonly pollMs?: number;
  /** Told after outcomes were committed to the outbox, so that the relay looks at once. */
  readonly settled?: () => void;
}

const BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 };

export class EffectWorker<C = EffectRequested['pii']> {
  readonly #owner = newOwner();
  readonly #draining = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #settler: Settler;
  readonly #places: Places;
  #hurry = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #trouble: Error | null = null;

  constructor(
    private readonly queue: EffectQueue,
    private readonly how: Attempting<C>,
    private readonly outcomes: Pick<Outcomes, 'settlement'>,
    private readonly options: WorkerOptions = {},
  ) {
    this.#settler = new Settler(queue, this.#draining.signal);
    this.#places = new Places(how.target.concurrency, how.target.perWorkspace ?? false);
  }

  start(): this {
    this.#looking = this.#look();
    return this;
  }

  /** Something may be due: look now. */
  wake(): void {
    this.#hurry.abort();
  }

  /** Why nothing is carried out; null when all is well. */
  trouble(): Error | null {
    return this.#trouble;
  }

  /** Leases nothing more and ends after the attempts that run. */
  async drain(): Promise<void> {
    this.#draining.abort();
    this.wake();
    await this.#looking;
    await Promise.all(this.#running);
  }

  async #look(): Promise<void> {
    const { signal } = this.#draining;
    for (let failures = 0; !signal.aborted; ) {
      this.#hurry = new AbortController();
      const leased = await this.#lease();
      failures = leased === null ? failures + 1 : 0;
      for (const effect of leased ?? []) this.#run(effect);
      if (signal.aborted) return;
      const away = failures > 0 ? pauseMs(BACKOFF, failures - 1) : 0;
      if (leased === null || leased.length === 0)
        await pause(Math.max(away, this.options.pollMs ?? 250), this.#hurry.signal);
    }
  }

  /** Null when the database is away. */
  async #lease(): Promise<readonly LeasedEffect[] | null> {
    const { target } = this.how;
    const { free } = this.#places;
    if (free <= 0) return [];
    const shares = this.#places.shares();
    try {
      const leased = await this.queue.lease(target.name, this.#owner, free, this.options.leaseMs ?? 30_000, shares);
      this.#trouble = null;
      return leased;
    } catch (error) {
      this.#trouble = error instanceof Error ? error : new Error(String(error));
      if (!(error instanceof WorldError)) this.how.onFault(error);
      return null;
    }
  }

  /** An end frees a place, and a later effect of the contact: look again. */
  #run(effect: LeasedEffect): void {
    this.#places.take(effect.workspaceId);
    const done = this.#carry(effect)
      .catch((error) => {
        if (!(error instanceof WorldError)) this.how.onFault(error);
      })
      .finally(() => {
        this.#running.delete(done);
        this.#places.leave(effect.workspaceId);
        this.wake();
      });
    this.#running.add(done);
  }

  async #carry(effect: LeasedEffect): Promise<void> {
    const next = await attempt(this.how, effect);
    if (next.next === 'retry') {
      await this.queue.retry(effect, next);
      return;
    }
    await this.#settler.settle(await this.outcomes.settlement(effect, next));
    this.options.settled?.();
  }
}
