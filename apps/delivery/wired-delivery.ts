/** Delivery, wired with what the process has at hand. */
import type { DynamicModule } from '@nestjs/common';
import { PostgresEffectCopies } from '#adapters/postgres/effect-queue/effect-copies.js';
import { PostgresEffectQueue } from '#adapters/postgres/effect-queue/effect-queue.js';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { PostgresReceivers } from '#adapters/postgres/webhooks/receivers.js';
import type { Probe } from '#platform/health/watched.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { ChangeWorkers } from './change-workers.js';
import { deliveryModule } from './delivery.module.js';
import { EffectWorkers } from './effect-workers.js';

export interface DeliveryWishes {
  /** Webhooks may go to this very machine. */
  readonly allowLoopback: boolean;
  /** Outcomes were committed to the outbox: wakes the relay of this process, if it runs one. */
  readonly settled: () => void;
}

export interface WiredDelivery {
  readonly module: DynamicModule;
  readonly probe: Probe;
}

export function wiredDelivery(runtime: Runtime, { allowLoopback, settled }: DeliveryWishes): WiredDelivery {
  const { pool, checkpoints, outbox, masterKey, contactKeys, workspaceKeys, configuration, clock, topics, logger } =
    runtime;
  const queue = new PostgresEffectQueue(pool, outbox);
  const policy = { allowPrivate: configuration.allowPrivateWebhooks, allowLoopback };
  const onFault = (error: unknown) =>
    logger.error({ err: error }, 'an effect could not be carried out: a fault of ours');
  const receivers = new PostgresReceivers(pool, masterKey);
  const changes = new ChangeWorkers({ pool, queue, receivers, policy, clock, onFault });
  const workers = new EffectWorkers({
    queue,
    contactKeys,
    workspaceKeys,
    webhooks: new PostgresOutgoingWebhooks(pool, masterKey),
    policy,
    engagements: topics.engagements,
    clock,
    settled,
    onFault,
  });
  return {
    module: deliveryModule(new PostgresEffectCopies(pool, checkpoints), workers, changes),
    probe: workers.probe,
  };
}
