/** The workers of a delivery process: one a target, started and drained with the application. */
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { inboxTarget } from '#adapters/senders/inbox/inbox-target.js';
import type { AddressPolicy } from '#adapters/senders/webhook/address-guard.js';
import { WebhookTarget } from '#adapters/senders/webhook/webhook-target.js';
import { openSealed } from '#engine/effects/attempt.js';
import { RETRIES, type RetryPolicy } from '#engine/effects/back-off.js';
import { Outcomes } from '#engine/effects/outcome.js';
import type { OutgoingWebhooks } from '#engine/effects/outgoing-webhook.js';
import type { EffectQueue } from '#engine/effects/queue.js';
import type { Target } from '#engine/effects/target.js';
import { unattendedTarget } from '#engine/effects/unattended-target.js';
import { EffectWorker } from '#engine/effects/worker.js';
import type { ContactKeys, WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { Probe } from '#platform/health/watched.js';

export interface DeliveryParts {
  readonly queue: EffectQueue;
  readonly contactKeys: ContactKeys;
  readonly workspaceKeys: Pick<WorkspaceKeys, 'daily'>;
  readonly webhooks: OutgoingWebhooks;
  /** Where outgoing webhooks may go. */
  readonly policy: AddressPolicy;
  /** Topic of inputs with its generation, for the outcomes. */
  readonly engagements: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Outcomes were committed to the outbox: wake the relay. */
  readonly settled: () => void;
  /** A fault of ours while an effect was carried out. */
  readonly onFault: (error: unknown) => void;
  readonly retries?: RetryPolicy;
}

export class EffectWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #webhook: WebhookTarget;
  readonly #workers: readonly EffectWorker[];

  constructor(parts: DeliveryParts) {
    const { queue, contactKeys, workspaceKeys, webhooks, policy, clock, onFault, settled } = parts;
    const outcomes = new Outcomes(workspaceKeys, clock, parts.engagements);
    this.#webhook = new WebhookTarget(webhooks, { policy, clock });
    const workerFor = (target: Target) => {
      const open = openSealed(contactKeys, onFault);
      const how = { target, open, policy: parts.retries ?? RETRIES, clock, onFault };
      return new EffectWorker(queue, how, outcomes, { settled });
    };
    this.#workers = [workerFor(inboxTarget), workerFor(this.#webhook), workerFor(unattendedTarget)];
  }

  onApplicationBootstrap(): void {
    for (const worker of this.#workers) worker.start();
  }

  /** Attempts that run are ended and settled. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.drain()));
    await this.#webhook.close();
  }

  /** Something may be due. */
  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** For readiness: whether what is due is carried out. */
  readonly probe: Probe = {
    part: 'delivery',
    troubles: async () => {
      const trouble = this.#workers.map((worker) => worker.trouble()).find((one) => one !== null);
      return trouble ? [`Effects wait: their queue does not answer (${trouble.name}).`] : [];
    },
  };
}
