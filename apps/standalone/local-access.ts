/** What the person who started it needs to look in: an API key and a read-only login, kept in the data folder. */
import { randomBytes } from 'node:crypto';
import type { Pool } from '#adapters/postgres/pool.js';
import { createReadRole } from '#adapters/postgres/read-models/read-role.js';
import { insertApiKey, PostgresApiKeys } from '#adapters/postgres/registry/api-keys.js';
import type { Workspace } from '#adapters/postgres/registry/workspaces.js';
import type { Uuid } from '#contracts/ids.js';
import { createApiKey, hashApiKey } from '#platform/auth/api-key.js';
import { keptSecret, LOCAL_KEY_FILE, readSecret, writeSecret } from '#platform/runtime/instance-file.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { readDemoSecrets } from './demo/demo-secrets.js';
import type { Where } from './describe-start.js';

export async function localAccess(runtime: Runtime, workspace: Workspace, url: string): Promise<Where> {
  const { pool, configuration } = runtime;
  const { dataDir } = configuration;
  const password = keptSecret(dataDir, 'read.password', () => randomBytes(18).toString('base64url'));
  const demo = readDemoSecrets(dataDir);
  return {
    url,
    apiKey: await keptApiKey(pool, dataDir, { workspaceId: workspace.id, file: LOCAL_KEY_FILE }),
    workspace: workspace.name,
    hmacSource: demo?.workspaceId === workspace.id ? demo.hmac : null,
    readUrl: await createReadRole(pool, workspace.id, password),
    dataDir,
  };
}

/** The key kept in `file` while it is one in force of this workspace; else a new one, kept in its place. */
export async function keptApiKey(
  pool: Pool,
  dataDir: string,
  { workspaceId, file }: { readonly workspaceId: Uuid; readonly file: string },
): Promise<string> {
  const kept = readSecret(dataDir, file);
  const caller = kept === null ? null : await new PostgresApiKeys(pool).find(hashApiKey(kept));
  if (kept !== null && caller?.workspaceId === workspaceId) return kept;
  const { text, hash, prefix } = createApiKey();
  await insertApiKey(pool, workspaceId, { name: 'local', hash, prefix, scopes: ['admin'] });
  writeSecret(dataDir, file, text);
  return text;
}
