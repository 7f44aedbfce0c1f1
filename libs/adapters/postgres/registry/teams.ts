/** Owners and teams of a workspace: one document, saved whole. */

import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

export interface OwnerRow {
  readonly email: string;
  readonly name: string;
  readonly zone: string | null;
  readonly hours: { readonly weekdays: readonly string[]; readonly from: string; readonly to: string } | null;
}

export interface TeamRow {
  readonly name: string;
  readonly members: readonly string[];
}

export interface TeamsRows {
  readonly owners: readonly OwnerRow[];
  readonly teams: readonly TeamRow[];
}

const OWNERS = statement(
  'registry.owner.list',
  'select email, name, zone, hours from registry.owner where workspace_id = $1 order by email',
);
const TEAMS = statement(
  'registry.team.list',
  'select name, members from registry.team where workspace_id = $1 order by name',
);
const LOCK = statement('registry.workspace.lock', 'select id from registry.workspace where id = $1 for no key update');
const REMOVE_OWNERS = statement(
  'registry.owner.remove_others',
  'delete from registry.owner where workspace_id = $1 and email <> all ($2::text[])',
);
const REMOVE_TEAMS = statement(
  'registry.team.remove_others',
  'delete from registry.team where workspace_id = $1 and name <> all ($2::text[])',
);
const SAVE_OWNER = statement(
  'registry.owner.save',
  `insert into registry.owner as o (workspace_id, email, name, zone, hours) values ($1, $2, $3, $4, $5)
on conflict (workspace_id, email) do update
set name = excluded.name, zone = excluded.zone, hours = excluded.hours, version = o.version + 1, updated_at = now()
where (o.name, o.zone, o.hours) is distinct from (excluded.name, excluded.zone, excluded.hours)`,
);
const SAVE_TEAM = statement(
  'registry.team.save',
  `insert into registry.team as t (workspace_id, name, members) values ($1, $2, $3::text[])
on conflict (workspace_id, name) do update set members = excluded.members, version = t.version + 1, updated_at = now()
where t.members is distinct from excluded.members`,
);

export async function loadTeams(pool: Pool | PoolClient, workspaceId: Uuid): Promise<TeamsRows> {
  const owners = await query<OwnerRow & Record<string, unknown>>(pool, bind(OWNERS, [workspaceId]));
  const teams = await query<TeamRow & Record<string, unknown>>(pool, bind(TEAMS, [workspaceId]));
  return { owners: owners.rows, teams: teams.rows };
}

/** Those that are not in it are gone. `check` sees what is there, while nobody else changes it, and throws what stands against it. */
export function saveTeams(
  pool: Pool,
  workspaceId: Uuid,
  { owners, teams }: TeamsRows,
  check: (before: TeamsRows) => Promise<void> | void,
): Promise<void> {
  return inTransaction(pool, async (tx) => {
    await query(tx, bind(LOCK, [workspaceId]));
    await check(await loadTeams(tx, workspaceId));
    await query(tx, bind(REMOVE_OWNERS, [workspaceId, owners.map(({ email }) => email)]));
    await query(tx, bind(REMOVE_TEAMS, [workspaceId, teams.map(({ name }) => name)]));
    for (const { email, name, zone, hours } of owners)
      await query(
        tx,
        bind(SAVE_OWNER, [workspaceId, email, name, zone, hours === null ? null : JSON.stringify(hours)]),
      );
    for (const { name, members } of teams) await query(tx, bind(SAVE_TEAM, [workspaceId, name, members]));
  });
}
