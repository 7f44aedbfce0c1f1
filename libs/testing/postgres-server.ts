import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from '#adapters/postgres/embedded/binaries.js';
import { ensureCluster } from '#adapters/postgres/embedded/cluster.js';
import { serverIdentity } from '#adapters/postgres/embedded/identity.js';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { serverUrl, startServer } from '#adapters/postgres/embedded/server.js';
import { EMBEDDED_SETTINGS } from '#adapters/postgres/embedded/settings.js';

/** A test's data dies with the run: here alone the server need not wait for the disk. */
const TEST_SETTINGS = {
  ...EMBEDDED_SETTINGS,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '300',
};

const WAIT_MS = 60_000;

/**
 * The address (database `postgres`, superuser) of the server that all suites of a run share. The first suite that
 * asks starts it, the others wait; jest's teardown stops it. `AFTERCLICK_TEST_DATABASE_URL` names another server.
 */
export async function testServer(): Promise<string> {
  const given = process.env['AFTERCLICK_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return given;
  const folder = process.env['AFTERCLICK_TEST_FOLDER'];
  if (folder === undefined)
    throw new Error('No test folder: run the specs through jest.config.mjs, whose setup makes one.');
  const known = join(folder, 'server.url');
  if (first(join(folder, 'starting'))) await start(folder, known);
  const end = Date.now() + WAIT_MS;
  while (!existsSync(known)) {
    if (Date.now() > end) throw new Error(`The test server did not start within a minute: see ${folder}/postgres.log.`);
    await sleep(20);
  }
  return readFileSync(known, 'utf8');
}

function first(marker: string): boolean {
  try {
    mkdirSync(marker);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function start(folder: string, known: string): Promise<void> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  for (const path of [folder, dataDir]) chmodSync(path, 0o711);
  const cluster = join(dataDir, 'postgres');
  const binaries = findBinaries();
  const identity = serverIdentity(binaries, cluster);
  const password = 'test';
  await ensureCluster(binaries, identity, cluster, password);
  const port = await freePort();
  const logFile = join(folder, 'postgres.log');
  // In our process group, so that whatever ends the run ends it too.
  const plan = { binaries, identity, cluster, port, password, logFile, settings: TEST_SETTINGS, detached: false };
  (await startServer(plan)).unref();
  writeFileSync(`${known}.draft`, serverUrl(plan, 'postgres'));
  renameSync(`${known}.draft`, known);
}
