/** How a command reaches the API: of the instance that runs on the data folder, or of the one that AFTERCLICK_URL names. */
import { join } from 'node:path';
import { type Instance, LOCAL_KEY_FILE, readInstance, readSecret } from '#platform/runtime/instance-file.js';
import { ApiClient } from './api-client.js';
import { CommandFailure, UsageError } from './failure.js';
import { configurationOf, type SharedOptions, workspaceFor } from './options.js';

/** Address of the instance to talk to. Throws CommandFailure with the cure when none runs. */
export function addressFor(options: SharedOptions): string {
  const { apiUrl, dataDir } = configurationOf(options);
  if (apiUrl !== null && options.data === undefined) return apiUrl.replace(/\/+$/, '');
  return runningInstance(dataDir).url;
}

/** Throws CommandFailure with the cure when none runs. */
export function runningInstance(dataDir: string): Instance {
  const instance = readInstance(dataDir);
  if (instance) return instance;
  throw new CommandFailure(
    `No Afterclick runs on the data folder ${dataDir}. Start it with: npm start\n` +
      'Another folder: --data DIR. One elsewhere: set AFTERCLICK_URL and AFTERCLICK_API_KEY.',
  );
}

/** The API, with a key of the workspace that is asked for. Rejects with UsageError or CommandFailure. */
export async function connect(options: SharedOptions): Promise<ApiClient> {
  const { apiKey, dataDir } = configurationOf(options);
  const url = addressFor(options);
  if (apiKey !== null) {
    if (options.workspace !== undefined)
      throw new UsageError('AFTERCLICK_API_KEY is a key of one workspace: leave --workspace out, or unset the key.');
    return new ApiClient(url, apiKey, 'AFTERCLICK_API_KEY');
  }
  const instance = readInstance(dataDir);
  if (instance?.url !== url) throw new UsageError(`Set AFTERCLICK_API_KEY to a key of ${url}.`);
  const wanted = workspaceFor(options, instance);
  if (wanted !== instance.workspace.name) return connectTo(instance, wanted, options);
  return connectLocally(instance, dataDir);
}

/** With the key that the instance's start left in its data folder. */
export function connectLocally({ url }: Instance, dataDir: string): ApiClient {
  const file = join(dataDir, LOCAL_KEY_FILE);
  const kept = readSecret(dataDir, LOCAL_KEY_FILE);
  if (kept === null) throw new CommandFailure(`${file} is gone: stop Afterclick and start it again, which makes one.`);
  return new ApiClient(url, kept, `${file}; a start makes another in place of one that was revoked`);
}

/** Another workspace of an instance of ours: whoever owns the data folder gets a key of it, kept there. */
async function connectTo(instance: Instance, name: string, options: SharedOptions): Promise<ApiClient> {
  const { withPool } = await import('./database.js');
  const { workspaceNamed } = await import('./workspace.js');
  const { keptApiKey } = await import('#apps/standalone/local-access.js');
  const { dataDir } = configurationOf(options);
  return withPool(instance.databaseUrl, async (pool) => {
    const { id } = await workspaceNamed(pool, name);
    const file = `api.${name}.key`;
    const key = await keptApiKey(pool, dataDir, { workspaceId: id, file });
    return new ApiClient(instance.url, key, join(dataDir, file));
  });
}
