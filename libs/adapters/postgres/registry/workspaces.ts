/** Workspaces: everything carries one. Its secret is made once and never rotates: subjects are made under it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { isWorkspaceName, WORKSPACE_NAME_RULE } from '#contracts/workspace-name.js';
import { secretOwner } from '#engine/sealing/owners.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface Workspace {
  readonly id: Uuid;
  readonly name: string;
  /** Milliseconds. */
  readonly createdAt: number;
}

const INSERT = statement(
  'registry.workspace.insert',
  `insert into registry.workspace (id, name, secret_wrapped) values ($1, $2, $3)
   on conflict (name) do nothing
   returning id, name, created_at as "createdAt"`,
);
const BY_NAME = statement(
  'registry.workspace.by_name',
  'select id, name, created_at as "createdAt" from registry.workspace where name = $1',
);
const ALL = statement(
  'registry.workspace.all',
  'select id, name, created_at as "createdAt" from registry.workspace order by created_at, id',
);

/** Creates a workspace with a new secret; null when the name is taken. Throws on a name that breaks WORKSPACE_NAME_RULE. */
export async function createWorkspace(pool: Pool, master: MasterKey, name: string): Promise<Workspace | null> {
  if (!isWorkspaceName(name)) throw new Error(`workspace name "${name}" is not ${WORKSPACE_NAME_RULE}`);
  const id = randomUUID();
  const secret = master.wrapSecret(randomBytes(32), secretOwner(id));
  const { rows } = await query<Workspace>(pool, bind(INSERT, [id, name, secret]));
  return rows[0] ?? null;
}

export async function findWorkspace(pool: Pool, name: string): Promise<Workspace | null> {
  const { rows } = await query<Workspace>(pool, bind(BY_NAME, [name]));
  return rows[0] ?? null;
}

export async function listWorkspaces(pool: Pool): Promise<readonly Workspace[]> {
  const { rows } = await query<Workspace>(pool, bind(ALL, []));
  return rows;
}
