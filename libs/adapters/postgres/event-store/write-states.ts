/** Contact keys and states: written only where they are as they were loaded. */
import type { PoolClient } from 'pg';
import type { Changes, StateChange } from '#engine/decision/store.js';
import { FencedError } from '#engine/log/errors.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, type Statement, statement } from '../statement.js';
import { query } from '../transaction.js';
import { Blob } from './blob.js';

const KEYS = statement(
  'sealing.contact_key.insert',
  `insert into sealing.contact_key (workspace_id, contact_id, wrapped)
select u.workspace_id, u.contact_id, substring($3::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $4::int[], $5::int[]) as u(workspace_id, contact_id, at, size)
on conflict do nothing`,
);
const STATES_CHANGED = statement(
  'engine.contact_state.update',
  `update engine.contact_state s
set version = u.version, recorded_at = to_timestamp(u.recorded_at / 1000), sealed = substring($6::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::float8[], $7::int[], $8::int[])
  as u(workspace_id, contact_id, loaded, version, recorded_at, at, size)
where s.workspace_id = u.workspace_id and s.contact_id = u.contact_id and s.version = u.loaded`,
);
const STATES_NEW = statement(
  'engine.contact_state.insert',
  `insert into engine.contact_state (workspace_id, contact_id, version, recorded_at, sealed)
select u.workspace_id, u.contact_id, u.version, to_timestamp(u.recorded_at / 1000), substring($5::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::float8[], $6::int[], $7::int[])
  as u(workspace_id, contact_id, version, recorded_at, at, size)
on conflict do nothing`,
);
/** Throws FencedError when a key or state is not as it was loaded. */
export async function writeStates(tx: PoolClient, { keys, states }: Pick<Changes, 'keys' | 'states'>): Promise<void> {
  const fresh = states.filter((state) => state.loaded === null);
  const known = states.filter((state) => state.loaded !== null);
  await all(tx, KEYS, keys, [...refs(keys), ...Blob.of(keys, (key) => key.wrapped)]);
  await all(tx, STATES_CHANGED, known, changedValues(known));
  await all(tx, STATES_NEW, fresh, freshValues(fresh));
}

/** A write that must touch a row for each of `rows`: fewer means that another has been here since they were loaded. */
async function all(tx: PoolClient, of: Statement, rows: readonly unknown[], values: unknown[]): Promise<void> {
  if (rows.length === 0) return;
  const { rowCount } = await query(tx, bind(of, values));
  if (rowCount !== rows.length)
    throw new FencedError(`${of.name} found ${rowCount} of ${rows.length} rows as they were loaded`);
}

function changedValues(states: readonly StateChange[]): unknown[] {
  return [
    ...refs(states),
    plainArray(states.map((state) => state.loaded)),
    plainArray(states.map((state) => state.version)),
    plainArray(states.map((state) => state.recordedAt)),
    ...Blob.of(states, (state) => state.sealed),
  ];
}

function freshValues(states: readonly StateChange[]): unknown[] {
  return [
    ...refs(states),
    plainArray(states.map((state) => state.version)),
    plainArray(states.map((state) => state.recordedAt)),
    ...Blob.of(states, (state) => state.sealed),
  ];
}

function refs(rows: readonly { readonly workspaceId: string; readonly contactId: string }[]): [string, string] {
  return [plainArray(rows.map((row) => row.workspaceId)), plainArray(rows.map((row) => row.contactId))];
}
