/** The database itself, for the few commands that no API serves: of the running instance, else opened for the command's time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { migrate } from '#adapters/postgres/migrations/migrate.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { openDatabase } from '#platform/runtime/database.js';
import { type Instance, readInstance } from '#platform/runtime/instance-file.js';
import { CommandFailure } from './failure.js';
import { configurationOf, type SharedOptions } from './options.js';
import { printProgress, type Streams } from './output.js';

export interface OwnDatabase {
  readonly pool: Pool;
  readonly masterKey: MasterKey;
  /** Null when nothing runs: the database is open for this command only. */
  readonly instance: Instance | null;
}

/** Runs `work` on a pool of its own. No statement is cut off: what commands do may take long. */
export async function withPool<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(url, { role: 'cli', max: 4, statementTimeoutMs: 0 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Rejects with CommandFailure where there is no data yet, and when the master key is not the one of the database. */
export async function withDatabase<T>(
  options: SharedOptions,
  streams: Streams,
  work: (database: OwnDatabase) => Promise<T>,
): Promise<T> {
  const configuration = configurationOf(options);
  const instance = readInstance(configuration.dataDir);
  const masterKey = await existingMasterKey(configuration);
  const run = (url: string) =>
    withPool(url, async (pool) => {
      await checkMaster(pool, masterKey);
      return work({ pool, masterKey, instance });
    });
  if (instance) return run(instance.databaseUrl);
  assertData(configuration);
  printProgress(streams, 'Nothing runs on this data folder: opening its database for this command …');
  const logger = createLogger('warn', { write: (line) => void streams.err.write(line) });
  const database = await openDatabase(configuration, logger);
  try {
    await migrate(database.url);
    return await run(database.url);
  } finally {
    await database.close();
  }
}

/** A command never makes a data folder or a key: a folder named wrongly would become an empty Afterclick. */
function assertData({ dataDir, databaseUrl }: Configuration): void {
  if (databaseUrl !== null || existsSync(join(dataDir, 'postgres'))) return;
  throw new CommandFailure(
    `There is no Afterclick data in ${dataDir}. Name its folder with --data DIR, or make it with: npm start`,
  );
}

async function existingMasterKey({ dataDir, masterKey, databaseUrl }: Configuration): Promise<MasterKey> {
  if (masterKey !== null) return loadMasterKey({ dataDir, configured: masterKey });
  if (existsSync(join(dataDir, 'master.key'))) return loadMasterKey({ dataDir });
  assertData({ dataDir, databaseUrl } as Configuration);
  throw new CommandFailure(
    `There is no master key in ${dataDir}: set AFTERCLICK_MASTER_KEY to the one that Afterclick is started with, or name its folder with --data DIR.`,
  );
}

async function checkMaster(pool: Pool, masterKey: MasterKey): Promise<void> {
  try {
    await new PostgresWorkspaceKeys(pool, masterKey).checkMaster();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('the master key')) throw new CommandFailure(error.message);
    throw error;
  }
}
