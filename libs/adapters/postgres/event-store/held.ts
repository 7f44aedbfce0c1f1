/** Workspaces that are held: their inputs are parked undecided until a person releases them (engine.md 4.12). */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { ParkedInput } from '#engine/decision/store.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

// Locked against its release: whoever releases sees all that was parked while it was held.
const HELD = statement(
  'engine.held_workspace.of',
  'select workspace_id as id from engine.held_workspace where workspace_id = any($1::uuid[]) for share',
);
const HOLD = statement(
  'engine.held_workspace.hold',
  `insert into engine.held_workspace (workspace_id, reason)
select w.id, 'poison' from unnest($1::uuid[]) as w(id)
cross join lateral (
  select count(*) as inputs from (
    select from engine.parked p
    where p.workspace_id = w.id and p.state = 'parked' and p.reason = 'poison' and p.parked_at > now() - interval '1 hour'
    limit $2
  ) recent
) poison
where poison.inputs >= $2
on conflict do nothing`,
);
const RELEASE = statement(
  'engine.held_workspace.release',
  'delete from engine.held_workspace where workspace_id = $1 returning since',
);
const ALL = statement(
  'engine.held_workspace.all',
  `select w.name as workspace, h.since from engine.held_workspace h join registry.workspace w on w.id = h.workspace_id
order by w.name`,
);
const CONTACTS = statement(
  'engine.parked.contacts',
  `select contact_id as id from engine.parked
where workspace_id = $1 and state = 'parked' and contact_id > $2
group by contact_id order by contact_id limit $3`,
);

export async function heldAmong(tx: PoolClient, workspaces: readonly Uuid[]): Promise<ReadonlySet<Uuid>> {
  const { rows } = await query<{ id: Uuid }>(tx, bind(HELD, [plainArray(workspaces)]));
  return new Set(rows.map(({ id }) => id));
}

/** Holds the workspaces of what was just parked, where `after` of their inputs could not be decided within an hour. */
export async function holdWhere(tx: PoolClient, parked: readonly ParkedInput[], after: number): Promise<void> {
  const poison = parked.filter(({ reason }) => reason === 'poison').map(({ workspaceId }) => workspaceId);
  if (poison.length > 0) await query(tx, bind(HOLD, [plainArray([...new Set(poison)].sort()), after]));
}

/** Its inputs are decided again from now on; what is parked has to be asked for. False when it was not held. */
export async function releaseWorkspace(pool: Pool, workspaceId: Uuid): Promise<boolean> {
  return (await query(pool, bind(RELEASE, [workspaceId]))).rowCount === 1;
}

export interface HeldWorkspace {
  /** Name. */
  readonly workspace: string;
  /** Milliseconds. */
  readonly since: number;
}

export async function heldWorkspaces(pool: Pool): Promise<readonly HeldWorkspace[]> {
  return (await query<HeldWorkspace & Record<string, unknown>>(pool, bind(ALL, []))).rows;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Contacts with parked inputs, in key order after `after`. */
export async function parkedContacts(
  pool: Pool,
  workspaceId: Uuid,
  after: Uuid | null,
  limit: number,
): Promise<readonly Uuid[]> {
  const { rows } = await query<{ id: Uuid }>(pool, bind(CONTACTS, [workspaceId, after ?? BEFORE_ALL, limit]));
  return rows.map(({ id }) => id);
}
