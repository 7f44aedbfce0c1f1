/** The whole engine in one process: database, log, ingest, rules, projection, delivery, API and pages. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { ingestPorts } from '#apps/ingest/ingest-ports.js';
import { watchRules } from '#apps/rules/watch-rules.js';
import { Relay } from '#engine/outbox/relay.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { LogServer } from '#platform/log-transport/log-server.js';
import { createLogger } from '#platform/logging/logger.js';
import { NestLogger } from '#platform/logging/nest-logger.js';
import { type Database, openDatabase } from '#platform/runtime/database.js';
import { removeInstance, writeInstance } from '#platform/runtime/instance-file.js';
import { startMaintenance } from '#platform/runtime/maintenance.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { ensureDemoWorkspace } from './demo/demo-workspace.js';
import type { Where } from './describe-start.js';
import { localAccess } from './local-access.js';
import { assertPortIsFree } from './port.js';
import { standaloneModule } from './standalone.module.js';
import { watchedOf } from './watched.js';

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

/** Things to undo in the opposite order of their making, whatever fails on the way. */
class Undo {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

export async function startStandalone(configuration: Configuration, options: StandaloneOptions): Promise<Standalone> {
  const undo = new Undo();
  try {
    const logger = options.logger ?? createLogger(configuration.logLevel);
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
  const { configuration, logger, log, outbox, metrics } = runtime;
  const workspace = await ensureDemoWorkspace(runtime, configuration.workspace);
  undo.add(await startMaintenance(runtime));
  const ingest = await ingestPorts(runtime, metrics);
  undo.add(() => ingest.directory.stop());
  const relay = new Relay(outbox, log).start();
  undo.add(() => relay.drain());
  const server = new LogServer({
    log,
    onStopped: ({ group, topic }, partition, reason) =>
      logger.error({ err: reason, group, topic, partition }, 'a partition stopped: an operator must act'),
  });
  const module = standaloneModule(runtime, { ingest: ingest.ports, relay, watched: watchedOf(server, relay), metrics });
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    new FastifyAdapter({ forceCloseConnections: 'idle' }),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  undo.add(() => app.close());
  app.connectMicroservice({ strategy: server }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  await app.listen(configuration.port, configuration.host);
  if (options.watchRules !== null)
    undo.add(await watchRules(runtime, workspace.id, options.watchRules, () => relay.wake()));
  const where = await localAccess(runtime, workspace, addressOf(app));
  const { id, name } = workspace;
  writeInstance(configuration.dataDir, { url: where.url, databaseUrl: database.url, workspace: { id, name } });
  undo.add(() => removeInstance(configuration.dataDir));
  return where;
}

/** Where the server really listens: the port may have been 0. A wildcard is reached by loopback. */
function addressOf(app: NestFastifyApplication): string {
  const { address, port, family } = app.getHttpServer().address() as { address: string; port: number; family: string };
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
