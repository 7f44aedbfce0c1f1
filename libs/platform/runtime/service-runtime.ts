/** What a service of its own stands on: a database and a master key that it shares with the others. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Configuration, SETTINGS } from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/setting.js';
import { openRuntime, type Runtime } from './runtime.js';

/** How long readiness waits for the database, in milliseconds. */
export const DATABASE_PATIENCE_MS = 2_000;

/** The database's address. Throws ConfigurationError where none is set: an embedded one is the standalone's alone. */
export function sharedDatabaseUrl({ databaseUrl }: Pick<Configuration, 'databaseUrl'>): string {
  if (databaseUrl !== null) return databaseUrl;
  throw new ConfigurationError(
    `${SETTINGS.databaseUrl.name}: a service of its own needs one that all services share. It sets: ${SETTINGS.databaseUrl.description}`,
  );
}

/** Throws ConfigurationError where the key would be one of this service alone: what it seals no other service could open. */
export function assertSharedMasterKey({ masterKey, dataDir }: Pick<Configuration, 'masterKey' | 'dataDir'>): void {
  if (masterKey !== null || existsSync(join(dataDir, 'master.key'))) return;
  throw new ConfigurationError(
    `${SETTINGS.masterKey.name}: all services share one master key, and there is none here nor in ${dataDir}. ` +
      'Make one with: openssl rand -base64 32',
  );
}

/** Rejects with WorldError while the database or the log is away, with the reason when they cannot be used. */
export async function openServiceRuntime(configuration: Configuration, logger: Logger): Promise<Runtime> {
  const url = sharedDatabaseUrl(configuration);
  assertSharedMasterKey(configuration);
  return openRuntime(configuration, { url }, logger);
}
