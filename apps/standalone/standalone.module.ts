/** Everything in one process: the same modules that run apart on Kafka, composed on one runtime. */
import { type DynamicModule, Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { PostgresDeliveriesStore } from '#adapters/postgres/deliveries/deliveries-store.js';
import { ApiModule } from '#apps/api/api.module.js';
import { Importer } from '#apps/importer/importer.js';
import { deliveriesModule } from '#apps/ingest/deliveries.controller.js';
import { ingestHttp, ingestModule } from '#apps/ingest/ingest.module.js';
import { projectionModule } from '#apps/projection/projection.module.js';
import { rulesModule } from '#apps/rules/rules.module.js';
import type { IngestPorts } from '#engine/ingest/ports.js';
import type { Watched } from '#platform/health/watched.js';
import type { Runtime } from '#platform/runtime/runtime.js';

@Module({})
export class StandaloneModule {}

export interface StandaloneParts {
  readonly ingest: IngestPorts;
  readonly delivery: DynamicModule;
  readonly watched: Watched;
  readonly metrics: Registry;
}

export function standaloneModule(runtime: Runtime, parts: StandaloneParts): DynamicModule {
  const { pool, checkpoints, configuration, topics } = runtime;
  return {
    module: StandaloneModule,
    imports: [
      ingestModule(parts.ingest, ingestHttp(configuration)),
      deliveriesModule(new PostgresDeliveriesStore(pool, checkpoints)),
      rulesModule(runtime),
      projectionModule(runtime),
      parts.delivery,
      ApiModule.register({
        ...runtime,
        engagements: () => topics.engagements,
        watched: parts.watched,
        loopbackWebhooks: true,
        metrics: parts.metrics,
        importRunner: new Importer(runtime),
      }),
    ],
  };
}
