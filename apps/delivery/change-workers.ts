/** Subscriptions to changes: dispatched from the feed into the queue, and a worker for each that has something due. */
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { dispatchChanges } from '#adapters/postgres/webhooks/dispatch.js';
import { dueWebhooks } from '#adapters/postgres/webhooks/due.js';
import type { AddressPolicy } from '#adapters/senders/webhook/address-guard.js';
import { ChangeTarget } from '#adapters/senders/webhook/change-target.js';
import { WebhookPoster } from '#adapters/senders/webhook/post.js';
import type { Uuid } from '#contracts/ids.js';
import { RETRIES, type RetryPolicy } from '#engine/effects/back-off.js';
import type { EffectQueue } from '#engine/effects/queue.js';
import { EffectWorker } from '#engine/effects/worker.js';
import { WorldError } from '#engine/log/errors.js';
import { pause } from '#engine/log/pause.js';
import type { Receivers } from '#engine/webhooks/subscription.js';
import { openChange } from './change-message.js';

export interface ChangeParts {
  readonly pool: Pool;
  readonly queue: EffectQueue;
  readonly receivers: Receivers;
  /** Where webhooks may go. */
  readonly policy: AddressPolicy;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  readonly retries?: RetryPolicy;
}

const LOOK_MS = 250;
/** A worker that had nothing for so long is let go. */
const IDLE_MS = 60_000;
/** Until its notAfter, not a number of times. */
const UNTIL_EXPIRED: RetryPolicy = { ...RETRIES, maxAttempts: Number.POSITIVE_INFINITY };

interface Working {
  readonly worker: EffectWorker<string>;
  dueAt: number;
}

export class ChangeWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #stop = new AbortController();
  readonly #working = new Map<Uuid, Working>();
  readonly #poster: WebhookPoster;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ChangeParts) {
    this.#poster = new WebhookPoster({ policy: parts.policy, clock: parts.clock });
  }

  onApplicationBootstrap(): void {
    this.#looking = this.#look();
  }

  /** Attempts that run are ended and settled. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
    await Promise.all([...this.#working.values()].map(({ worker }) => worker.drain()));
    await this.#poster.close();
  }

  /** The database being away is waited for; it shows in readiness as such. */
  async #look(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let busy = false;
      try {
        busy = await dispatchChanges(this.parts.pool);
        await this.#wakeDue();
      } catch (error) {
        if (!(error instanceof WorldError)) this.parts.onFault(error);
      }
      if (!busy) await pause(LOOK_MS, signal);
    }
  }

  async #wakeDue(): Promise<void> {
    const now = this.parts.clock();
    for (const id of await dueWebhooks(this.parts.pool)) {
      const working = this.#working.get(id) ?? { worker: this.#begun(id), dueAt: now };
      working.dueAt = now;
      this.#working.set(id, working);
      working.worker.wake();
    }
    for (const [id, { worker, dueAt }] of this.#working) {
      if (now - dueAt < IDLE_MS) continue;
      this.#working.delete(id);
      void worker.drain();
    }
  }

  #begun(id: Uuid): EffectWorker<string> {
    const { pool, queue, receivers, clock, onFault, retries } = this.parts;
    const target = new ChangeTarget(id, receivers, this.#poster, clock);
    const how = { target, open: openChange(pool), policy: retries ?? UNTIL_EXPIRED, clock, onFault };
    return new EffectWorker(queue, how, UNTOLD, { pollMs: IDLE_MS }).start();
  }
}

/** A subscription's delivery is no part of its contact's history. */
const UNTOLD: ConstructorParameters<typeof EffectWorker<string>>[2] = {
  settlement: async (effect, { state, reason }) => ({ effect, state, reason, outcome: null }),
};
