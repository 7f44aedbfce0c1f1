/** One process with everything in it, on the Postgres that it starts itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { serverUrl } from '#adapters/postgres/embedded/server.js';
import { Database } from './database.js';
import { Instance } from './instance.js';
import { postgresLogView } from './log-view.js';
import { type Shape, type ShapeOptions, stopInstances } from './shape.js';
import { localWorkspace, WORKSPACE } from './workspace.js';

export async function standaloneShape({ program, folder, rules, masterKey }: ShapeOptions): Promise<Shape> {
  const port = await freePort();
  const dataDir = join(folder, 'data');
  const instance = new Instance({
    name: 'standalone',
    program,
    args: ['start', '--port', String(port), '--data', dataDir, '--watch-rules', rules],
    env: { AFTERCLICK_WORKSPACE: WORKSPACE, AFTERCLICK_MASTER_KEY: masterKey, TZ: 'UTC' },
    url: `http://127.0.0.1:${port}`,
    logFile: join(folder, 'standalone.log'),
  });
  await instance.start();
  const kept = (name: string): string => readFileSync(join(dataDir, name), 'utf8').trim();
  const plan = { port: Number(kept('postgres.port')), password: kept('postgres.password') };
  const database = new Database({
    url: serverUrl(plan, 'afterclick'),
    pid: () => Number(kept(join('postgres', 'postmaster.pid')).split('\n')[0]),
  });
  return {
    name: 'standalone',
    instances: [instance],
    ingest: [instance],
    api: instance,
    of: () => [instance],
    database,
    log: postgresLogView(database),
    brokers: [],
    env: { DATABASE_URL: database.access.url, AFTERCLICK_MASTER_KEY: masterKey, TZ: 'UTC' },
    shared: false,
    enter: () => localWorkspace(dataDir),
    complete: async () => undefined,
    stop: () => stopInstances([instance]),
  };
}
