/** Timers made again from what the states wait for. */
import type { Pool } from 'pg';
import type { ArmedTimer } from '#engine/decision/store.js';
import { plainArray, textArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { armTimers } from './arm.js';

const MISSING = statement(
  'engine.timer.missing',
  `select count(*)::int as missing
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[]) as u(workspace_id, contact_id, purpose, due_at)
where not exists (
  select from engine.timer t where t.workspace_id = u.workspace_id and t.contact_id = u.contact_id and t.purpose = u.purpose
    and t.due_at <= to_timestamp(u.due_at / 1000)
)`,
);

/**
 * Arms those that are not there or are later than the states wait for; `dry`: only counts them. One that has just fired may be armed once
 * more: its input has the same id, and so changes nothing. Rejects with WorldError.
 */
export function rearm(pool: Pool, timers: readonly ArmedTimer[], dry: boolean): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const of = (name: 'workspaceId' | 'contactId' | 'dueAt'): string => plainArray(timers.map((timer) => timer[name]));
    const values = [of('workspaceId'), of('contactId'), textArray(timers.map(({ purpose }) => purpose)), of('dueAt')];
    const missing = (await query<{ missing: number }>(tx, bind(MISSING, values))).rows[0]?.missing ?? 0;
    if (!dry && missing > 0) await armTimers(tx, timers);
    return missing;
  });
}
