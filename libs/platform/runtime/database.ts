/** The database of this process: the embedded default under the data folder, or the one that DATABASE_URL names. */
import type { Logger } from 'pino';
import { takeDataDir } from '#adapters/postgres/embedded/data-owner.js';
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/embedded-postgres.js';

export interface Database {
  readonly url: string;
  readonly embedded: boolean;
  /** Stops an embedded server in order and gives the data folder up. Close the pools first. */
  close(): Promise<void>;
}

/**
 * Takes the data folder (one owner: DataDirTakenError says who) and makes the database reachable.
 * `dataDir` also holds the master key and copies on disk, so it is taken with a database of your own too.
 */
export async function openDatabase(
  settings: { readonly dataDir: string; readonly databaseUrl: string | null },
  logger: Logger,
): Promise<Database> {
  if (settings.databaseUrl !== null) {
    const ownership = takeDataDir(settings.dataDir);
    return { url: settings.databaseUrl, embedded: false, close: async () => ownership.release() };
  }
  const log = {
    info: (line: string) => logger.info(line),
    warn: (line: string) => logger.warn(line),
    error: (line: string) => logger.error(line),
  };
  const server = await startEmbeddedPostgres({ dataDir: settings.dataDir, log });
  return { url: server.url, embedded: true, close: () => server.stop() };
}
