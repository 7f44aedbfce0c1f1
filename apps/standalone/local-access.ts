/** What the person who started it needs to look in: an API key and a read-only login, kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { createReadRole } from '#adapters/postgres/read-models/read-role.js';
import { insertApiKey, PostgresApiKeys } from '#adapters/postgres/registry/api-keys.js';
import type { Workspace } from '#adapters/postgres/registry/workspaces.js';
import { createApiKey, hashApiKey } from '#platform/auth/api-key.js';
import { keptSecret } from '#platform/runtime/instance-file.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { readDemoSecrets } from './demo/demo-secrets.js';
import type { Where } from './describe-start.js';

/** File with the API key of whoever started the instance (mode 0600). */
export const LOCAL_KEY_FILE = 'api.key';

export async function localAccess(runtime: Runtime, workspace: Workspace, url: string): Promise<Where> {
  const { pool, configuration } = runtime;
  const { dataDir } = configuration;
  const apiKey = keptSecret(dataDir, LOCAL_KEY_FILE, () => createApiKey().text);
  const hash = hashApiKey(apiKey);
  if ((await new PostgresApiKeys(pool).find(hash)) === null)
    await insertApiKey(pool, workspace.id, { name: 'local', hash, prefix: apiKey.slice(0, 10), scopes: ['admin'] });
  const password = keptSecret(dataDir, 'read.password', () => randomBytes(18).toString('base64url'));
  return {
    url,
    apiKey,
    workspace: workspace.name,
    hmacSource: readDemoSecrets(dataDir)?.hmac ?? null,
    readUrl: await createReadRole(pool, workspace.id, password),
    dataDir,
  };
}
