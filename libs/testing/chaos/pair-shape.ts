/** Two processes on one Postgres of their own: each holds half of the partitions, and takes over what the other lets go. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries } from '#adapters/postgres/embedded/binaries.js';
import { ensureCluster } from '#adapters/postgres/embedded/cluster.js';
import { serverIdentity } from '#adapters/postgres/embedded/identity.js';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { type ServerPlan, serverUrl } from '#adapters/postgres/embedded/server.js';
import { EMBEDDED_SETTINGS } from '#adapters/postgres/embedded/settings.js';
import { superviseServer } from '#adapters/postgres/embedded/supervisor.js';
import { Database } from './database.js';
import { Instance } from './instance.js';
import { postgresLogView } from './log-view.js';
import { type Shape, type ShapeOptions, stopInstances } from './shape.js';
import { localWorkspace, WORKSPACE } from './workspace.js';

const DATABASE = 'afterclick';
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function pairShape(options: ShapeOptions): Promise<Shape> {
  const plan = await serverPlan(options.folder);
  const server = await superviseServer(plan, SILENT);
  const url = serverUrl(plan, DATABASE);
  await createDatabase(plan);
  const [first, second] = [await instanceOf(options, 'first', url), await instanceOf(options, 'second', url)];
  try {
    await first.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  const database = new Database({ url, pid: () => server.pid });
  return {
    name: 'pair',
    instances: [first, second],
    ingest: [first, second],
    api: first,
    of: () => [first, second],
    database,
    log: postgresLogView(database),
    brokers: [],
    env: { DATABASE_URL: url, AFTERCLICK_MASTER_KEY: options.masterKey, TZ: 'UTC' },
    shared: true,
    enter: () => localWorkspace(join(options.folder, 'first')),
    complete: () => second.start(),
    async stop() {
      const faults = await stopInstances([first, second]);
      await server.stop();
      return faults;
    },
  };
}

async function instanceOf(
  { program, folder, rules, masterKey }: ShapeOptions,
  name: string,
  databaseUrl: string,
): Promise<Instance> {
  const port = await freePort();
  const watched = name === 'first' ? ['--watch-rules', rules] : [];
  return new Instance({
    name,
    program,
    args: ['start', '--port', String(port), '--data', join(folder, name), ...watched],
    env: {
      DATABASE_URL: databaseUrl,
      AFTERCLICK_WORKSPACE: WORKSPACE,
      AFTERCLICK_MASTER_KEY: masterKey,
      TZ: 'UTC',
    },
    url: `http://127.0.0.1:${port}`,
    logFile: join(folder, `${name}.log`),
  });
}

async function serverPlan(folder: string): Promise<ServerPlan> {
  const home = join(folder, 'database');
  mkdirSync(home, { recursive: true });
  // The server runs as another user when we are root: it must be able to pass through.
  for (const path of [folder, home]) chmodSync(path, 0o711);
  const cluster = join(home, 'postgres');
  const binaries = findBinaries();
  const identity = serverIdentity(binaries, cluster);
  const password = randomBytes(12).toString('hex');
  await ensureCluster(binaries, identity, cluster, password);
  const port = await freePort();
  const logFile = join(folder, 'postgres.log');
  return { binaries, identity, cluster, port, password, logFile, settings: EMBEDDED_SETTINGS, detached: false };
}

async function createDatabase(plan: ServerPlan): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl(plan, 'postgres') });
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
}
