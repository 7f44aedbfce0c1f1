import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { findBinaries } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { takeDataDir } from './data-owner.js';
import { serverIdentity } from './identity.js';
import { stopLeftover } from './leftover.js';
import type { EmbeddedPostgresLog } from './log.js';
import { freePort, isFree } from './port.js';
import { type ServerPlan, serverUrl } from './server.js';
import { EMBEDDED_SETTINGS } from './settings.js';
import { superviseServer } from './supervisor.js';

export interface EmbeddedPostgres {
  /** The address of the database `afterclick`, as its superuser. It holds across restarts of the server. */
  readonly url: string;
  readonly pid: number;
  /** Ends the server in order and gives the data folder up. Close the pools first; repeated calls wait for the same end. */
  stop(): Promise<void>;
}

const DATABASE = 'afterclick';

/**
 * Runs a Postgres under `<dataDir>/postgres` (created if missing) on a loopback port that it keeps from start to
 * start. A server left alive by a crashed owner is stopped first; one that dies under us is started again.
 * @throws DataDirTakenError when another process owns the folder
 * @throws EmbeddedPostgresError when no server can be had here
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly log: EmbeddedPostgresLog;
}): Promise<EmbeddedPostgres> {
  const { log } = options;
  const dataDir = resolve(options.dataDir);
  const ownership = takeDataDir(options.dataDir);
  try {
    const server = await superviseServer(await prepare(dataDir, log), log);
    await ensureDatabase(server.plan);
    let stopped: Promise<void> | null = null;
    return {
      url: serverUrl(server.plan, DATABASE),
      get pid() {
        return server.pid;
      },
      stop: () => {
        stopped ??= server.stop().finally(() => ownership.release());
        return stopped;
      },
    };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

async function prepare(dataDir: string, log: EmbeddedPostgresLog): Promise<ServerPlan> {
  const cluster = join(dataDir, 'postgres');
  const binaries = findBinaries();
  const identity = serverIdentity(binaries, cluster);
  const password = keptText(join(dataDir, 'postgres.password'), () => randomBytes(24).toString('hex'));
  const left = await stopLeftover(cluster);
  if (left !== null) log.warn(`stopped the Postgres that an earlier crash left running (pid ${left})`);
  if (!existsSync(cluster)) log.info(`creating the database in ${cluster}`);
  await ensureCluster(binaries, identity, cluster, password);
  return {
    binaries,
    identity,
    cluster,
    port: await keptPort(join(dataDir, 'postgres.port'), log),
    password,
    settings: EMBEDDED_SETTINGS,
    logFile: join(dataDir, 'postgres.log'),
    detached: true,
  };
}

function keptText(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function keptPort(file: string, log: EmbeddedPostgresLog): Promise<number> {
  const kept = existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
  if (kept !== null && (await isFree(kept))) return kept;
  const port = await freePort();
  if (kept !== null) log.warn(`port ${kept} is taken by another program: Postgres moves to ${port}`);
  writeFileSync(file, `${port}\n`);
  return port;
}

async function ensureDatabase(plan: ServerPlan): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl(plan, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
