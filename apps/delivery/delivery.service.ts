/** The delivery service: queues the effects that were decided, and carries them out. */
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { Readiness } from '#platform/health/readiness.js';
import { consumersOf, watchedOf } from '#platform/log-transport/consumers.js';
import { operationsModule, serviceModule } from '#platform/process/operations.module.js';
import type { Service } from '#platform/process/service.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { DATABASE_PATIENCE_MS, openServiceRuntime } from '#platform/runtime/service-runtime.js';
import { wiredDelivery } from './wired-delivery.js';

export const deliveryService: Service<Runtime> = {
  name: 'delivery',
  open: openServiceRuntime,
  compose: async (runtime) => {
    const consumers = consumersOf(runtime);
    // The outcomes are relayed by the rules service, which looks for them by itself.
    const delivery = wiredDelivery(runtime, { allowLoopback: false, settled: () => undefined });
    const readiness = new Readiness({
      database: () => databaseTrouble(runtime.pool, DATABASE_PATIENCE_MS),
      watched: watchedOf(consumers, [delivery.probe]),
    });
    return { module: serviceModule(delivery.module, operationsModule(runtime, readiness)), consumers };
  },
};
