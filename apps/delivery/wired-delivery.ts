/** Delivery, wired with what the process has at hand. */
import type { DynamicModule } from '@nestjs/common';
import { PostgresEffectCopies } from '#adapters/postgres/effect-queue/effect-copies.js';
import { PostgresEffectQueue } from '#adapters/postgres/effect-queue/effect-queue.js';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import type { Probe } from '#platform/health/watched.js';
import type { Runtime } from '#platform/runtime/runtime.js';
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
  const workers = new EffectWorkers({
    queue: new PostgresEffectQueue(pool, outbox),
    contactKeys,
    workspaceKeys,
    webhooks: new PostgresOutgoingWebhooks(pool, masterKey),
    policy: { allowPrivate: configuration.allowPrivateWebhooks, allowLoopback },
    engagements: topics.engagements,
    clock,
    settled,
    onFault: (error) => logger.error({ err: error }, 'an effect could not be carried out: a fault of ours'),
  });
  return { module: deliveryModule(new PostgresEffectCopies(pool, checkpoints), workers), probe: workers.probe };
}
