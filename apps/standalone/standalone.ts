/** The whole engine in one process: database, log, ingest, rules, projection, delivery, API and pages. */
import type { Logger } from 'pino';
import { wiredDelivery } from '#apps/delivery/wired-delivery.js';
import { ingestPorts } from '#apps/ingest/ingest-ports.js';
import { sayPresence } from '#apps/ingest/presence.js';
import { startTimers } from '#apps/rules/fire-timers.js';
import { watchFailingRules } from '#apps/rules/suspend-rules.js';
import { watchIntakes } from '#apps/rules/take-in.js';
import { watchGaps } from '#apps/rules/watch-gaps.js';
import { watchRules } from '#apps/rules/watch-rules.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { projectionProbe } from '#platform/health/projection-probe.js';
import { consumersOf, watchedOf } from '#platform/log-transport/consumers.js';
import { createLogger } from '#platform/logging/logger.js';
import { assertMayListen } from '#platform/process/http-server.js';
import { listen } from '#platform/process/listen.js';
import { assertPortIsFree } from '#platform/process/port.js';
import { Undo } from '#platform/process/undo.js';
import { type Database, openDatabase } from '#platform/runtime/database.js';
import { startGrowth } from '#platform/runtime/growth.js';
import { removeInstance, writeInstance } from '#platform/runtime/instance-file.js';
import { startMaintenance } from '#platform/runtime/maintenance.js';
import { startRelays } from '#platform/runtime/relays.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { ensureDemoWorkspace } from './demo/demo-workspace.js';
import type { Where } from './describe-start.js';
import { localAccess } from './local-access.js';
import { standaloneModule } from './standalone.module.js';

export interface Standalone {
  readonly where: Where;
  readonly runtime: Runtime;
  /** Stops in order: no new requests, running batches and attempts end, then log and database. */
  stop(): Promise<void>;
}

export interface StandaloneOptions {
  /** Folder of rules to publish on save; null: none. */
  readonly watchRules: string | null;
  readonly logger?: Logger;
}

export async function startStandalone(configuration: Configuration, options: StandaloneOptions): Promise<Standalone> {
  const undo = new Undo();
  try {
    const logger = options.logger ?? createLogger(configuration.logLevel);
    assertMayListen(configuration);
    await assertPortIsFree(configuration.host, configuration.port);
    const database = await openDatabase(configuration, logger);
    undo.add(() => database.close());
    const runtime = await openRuntime(configuration, database, logger);
    undo.add(() => runtime.close());
    const where = await serve(runtime, database, options, undo);
    return { where, runtime, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function serve(runtime: Runtime, database: Database, options: StandaloneOptions, undo: Undo): Promise<Where> {
  const { configuration, logger, metrics, pool } = runtime;
  const workspace = await ensureDemoWorkspace(runtime, configuration.workspace);
  undo.add(await startMaintenance(runtime));
  undo.add(startGrowth(runtime));
  const ingest = await ingestPorts(runtime, metrics);
  undo.add(() => ingest.directory.stop());
  undo.add(sayPresence(runtime));
  const relays = startRelays(runtime);
  undo.add(() => relays.drain());
  undo.add(watchFailingRules({ ...runtime, published: () => relays.wake() }));
  undo.add(watchGaps(runtime));
  undo.add(watchIntakes(runtime));
  const timers = startTimers(runtime, () => relays.wake());
  undo.add(() => timers.drain());
  const consumers = consumersOf(runtime);
  // On one machine the receiver of a webhook may well run beside us.
  const delivery = wiredDelivery(runtime, { allowLoopback: true, settled: () => relays.wake() });
  const watched = watchedOf(consumers, [relays.probe, timers.probe, delivery.probe, projectionProbe(pool)]);
  const module = standaloneModule(runtime, { ingest: ingest.ports, delivery: delivery.module, watched, metrics });
  const url = await listen({ module, consumers }, configuration, logger, undo);
  if (options.watchRules !== null)
    undo.add(await watchRules(runtime, workspace.id, options.watchRules, () => relays.wake()));
  const where = await localAccess(runtime, workspace, url);
  const { id, name } = workspace;
  writeInstance(configuration.dataDir, { url: where.url, databaseUrl: database.url, workspace: { id, name } });
  undo.add(() => removeInstance(configuration.dataDir));
  return where;
}
