/** A new workspace with all it needs to take engagements, and a first key to it. */
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { insertApiKey } from '#adapters/postgres/registry/api-keys.js';
import { createWorkspace, type Workspace } from '#adapters/postgres/registry/workspaces.js';
import { createApiKey } from '#platform/auth/api-key.js';
import type { OwnDatabase } from './database.js';

/** Null when the name is taken. Its daily keys are made at once, so that it works with the database away later. */
export async function makeWorkspace(
  { pool, masterKey }: OwnDatabase,
  name: string,
): Promise<{ readonly workspace: Workspace; readonly apiKey: string } | null> {
  const workspace = await createWorkspace(pool, masterKey, name);
  if (workspace === null) return null;
  await new PostgresWorkspaceKeys(pool, masterKey).makeAhead();
  const { text, hash, prefix } = createApiKey();
  await insertApiKey(pool, workspace.id, { name: 'first', hash, prefix, scopes: ['admin'] });
  return { workspace, apiKey: text };
}
