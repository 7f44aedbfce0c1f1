/**
 * De-duplication keys, read and written a workspace and month at a time: a batch has few of these, and a statement that names one month
 * plans and opens one partition of the table, where one for all of them opens every partition for every key.
 */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { SeenKey } from '#engine/decision/store.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const LOAD = statement(
  'engine.seen.load',
  'select key from engine.seen where workspace_id = $1 and month = $2 and key = any ($3::uuid[])',
);
const INSERT = statement(
  'engine.seen.insert',
  `insert into engine.seen (workspace_id, key, month)
select $1::uuid, u.key, $2::date from unnest($3::uuid[]) as u(key)
on conflict do nothing`,
);

interface OfMonth {
  readonly workspaceId: Uuid;
  readonly month: string;
  readonly keys: Uuid[];
}

/** Those of `seen` that are on record; they must come in key order. */
export async function loadSeen(tx: PoolClient, seen: readonly SeenKey[]): Promise<readonly SeenKey[]> {
  const found: SeenKey[] = [];
  for (const { workspaceId, month, keys } of monthsOf(seen)) {
    const { rows } = await query<{ key: Uuid }>(tx, bind(LOAD, [workspaceId, month, plainArray(keys)]));
    for (const { key } of rows) found.push({ workspaceId, key, month });
  }
  return found;
}

/** In key order, as all writers take them. */
export async function writeSeen(tx: PoolClient, seen: readonly SeenKey[]): Promise<void> {
  for (const { workspaceId, month, keys } of monthsOf(seen))
    await query(tx, bind(INSERT, [workspaceId, month, plainArray(keys)]));
}

/** By workspace and month, in the order of both; keys as they came. */
function monthsOf(seen: readonly SeenKey[]): readonly OfMonth[] {
  const months = new Map<string, OfMonth>();
  for (const { workspaceId, month, key } of seen) {
    const name = workspaceId + month;
    const known = months.get(name);
    if (known) known.keys.push(key);
    else months.set(name, { workspaceId, month, keys: [key] });
  }
  return [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
