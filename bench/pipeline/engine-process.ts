/** The process that is measured: rules, projection and delivery as the standalone composes them, with relay and workers. */
import 'reflect-metadata';
import { type DynamicModule, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PostgresEffectCopies } from '#adapters/postgres/effect-queue/effect-copies.js';
import { PostgresEffectQueue } from '#adapters/postgres/effect-queue/effect-queue.js';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { deliveryModule } from '#apps/delivery/delivery.module.js';
import { EffectWorkers } from '#apps/delivery/effect-workers.js';
import { projectionModule } from '#apps/projection/projection.module.js';
import { rulesModule } from '#apps/rules/rules.module.js';
import { Relay } from '#engine/outbox/relay.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { consumersOf } from '#platform/log-transport/consumers.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';

@Module({})
class PipelineModule {}

function pipelineModule(runtime: Runtime, relay: Relay): DynamicModule {
  const { pool, checkpoints, outbox, masterKey, contactKeys, workspaceKeys, clock, topics, logger } = runtime;
  const workers = new EffectWorkers({
    queue: new PostgresEffectQueue(pool, outbox),
    contactKeys,
    workspaceKeys,
    webhooks: new PostgresOutgoingWebhooks(pool, masterKey),
    policy: { allowPrivate: false, allowLoopback: true },
    engagements: topics.engagements,
    clock,
    settled: () => relay.wake(),
    onFault: (error) => logger.error({ err: error }, 'an effect could not be carried out: a fault of ours'),
  });
  const delivery = deliveryModule(new PostgresEffectCopies(pool, checkpoints), workers);
  return { module: PipelineModule, imports: [rulesModule(runtime), projectionModule(runtime), delivery] };
}

let runtime: Runtime | null = null;
let relay: Relay | null = null;
let app: INestMicroservice | null = null;

serve(
  {
    /** Everything but the consumers. */
    async open(configuration: Configuration): Promise<void> {
      const logger = benchLogger();
      const opened = await openRuntime(configuration, { url: configuration.databaseUrl ?? '' }, logger);
      runtime = opened;
      relay = new Relay(opened.outbox, opened.log);
      const strategy = consumersOf(opened);
      app = await NestFactory.createMicroservice(pipelineModule(opened, relay), { strategy, logger: false });
    },
    /** Consumers begin. */
    async consume(): Promise<void> {
      relay?.start();
      await app?.listen();
    },
  },
  async () => {
    await relay?.drain();
    await app?.close();
    await runtime?.close();
  },
);
