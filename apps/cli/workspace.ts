/** A workspace by its name, in the database. */
import type { Pool } from '#adapters/postgres/pool.js';
import { findWorkspace, listWorkspaces, type Workspace } from '#adapters/postgres/registry/workspaces.js';
import type { OwnDatabase } from './database.js';
import { CommandFailure } from './failure.js';
import { type SharedOptions, workspaceFor } from './options.js';

/** Rejects with CommandFailure that names those there are. */
export async function workspaceNamed(pool: Pool, name: string): Promise<Workspace> {
  const found = await findWorkspace(pool, name);
  if (found) return found;
  const names = (await listWorkspaces(pool)).map((one) => one.name).join(', ');
  throw new CommandFailure(
    `There is no workspace called ${name}. There are: ${names || 'none'}. Make it with: afterclick workspaces create ${name}`,
  );
}

/** The one that is asked for, or `all` of them. */
export async function workspacesOf(
  { pool, instance }: OwnDatabase,
  options: SharedOptions & { readonly all?: boolean },
): Promise<readonly Workspace[]> {
  return options.all ? listWorkspaces(pool) : [await workspaceNamed(pool, workspaceFor(options, instance))];
}
