/** The projection service: what was decided becomes read models, and raw deliveries come from the log to their tables. */
import { PostgresDeliveriesStore } from '#adapters/postgres/deliveries/deliveries-store.js';
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { deliveriesModule } from '#apps/ingest/deliveries.controller.js';
import { projectionProbe } from '#platform/health/projection-probe.js';
import { Readiness } from '#platform/health/readiness.js';
import { consumersOf, watchedOf } from '#platform/log-transport/consumers.js';
import { operationsModule, serviceModule } from '#platform/process/operations.module.js';
import type { Service } from '#platform/process/service.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { DATABASE_PATIENCE_MS, openServiceRuntime } from '#platform/runtime/service-runtime.js';
import { projectionModule } from './projection.module.js';

export const projectionService: Service<Runtime> = {
  name: 'projection',
  open: openServiceRuntime,
  compose: async (runtime) => {
    const { pool, checkpoints } = runtime;
    const consumers = consumersOf(runtime);
    const readiness = new Readiness({
      database: () => databaseTrouble(pool, DATABASE_PATIENCE_MS),
      watched: watchedOf(consumers, [projectionProbe(pool)]),
    });
    const module = serviceModule(
      projectionModule(runtime),
      deliveriesModule(new PostgresDeliveriesStore(pool, checkpoints)),
      operationsModule(runtime, readiness),
    );
    return { module, consumers };
  },
};
