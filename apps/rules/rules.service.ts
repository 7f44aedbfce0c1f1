/** The rules service: decides what arrives on `engagements`, relays what was decided, and keeps the house. */
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { parkedProbe } from '#platform/health/parked-probe.js';
import { Readiness } from '#platform/health/readiness.js';
import { rulesProbe } from '#platform/health/rules-probe.js';
import { consumersOf, watchedOf } from '#platform/log-transport/consumers.js';
import { operationsModule, serviceModule } from '#platform/process/operations.module.js';
import type { Service } from '#platform/process/service.js';
import { startGrowth } from '#platform/runtime/growth.js';
import { startMaintenance } from '#platform/runtime/maintenance.js';
import { startRelays } from '#platform/runtime/relays.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { DATABASE_PATIENCE_MS, openServiceRuntime } from '#platform/runtime/service-runtime.js';
import { startTimers } from './fire-timers.js';
import { rulesModule } from './rules.module.js';
import { watchFailingRules } from './suspend-rules.js';
import { watchIntakes } from './take-in.js';
import { watchGaps } from './watch-gaps.js';

export const rulesService: Service<Runtime> = {
  name: 'rules',
  open: openServiceRuntime,
  compose: async (runtime, undo) => {
    const { pool, log, topics, clock } = runtime;
    undo.add(await startMaintenance(runtime));
    undo.add(startGrowth(runtime));
    const relays = startRelays(runtime);
    undo.add(() => relays.drain());
    undo.add(watchFailingRules({ ...runtime, published: () => relays.wake() }));
    undo.add(watchGaps(runtime));
    undo.add(watchIntakes(runtime));
    const timers = startTimers(runtime, () => relays.wake());
    undo.add(() => timers.drain());
    const consumers = consumersOf(runtime);
    const readiness = new Readiness({
      database: () => databaseTrouble(pool, DATABASE_PATIENCE_MS),
      watched: watchedOf(consumers, [
        rulesProbe(pool, log, () => topics.engagements, clock),
        parkedProbe(pool),
        relays.probe,
        timers.probe,
      ]),
    });
    return { module: serviceModule(rulesModule(runtime), operationsModule(runtime, readiness)), consumers };
  },
};
