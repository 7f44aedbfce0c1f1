/** Timers as the deciding transaction arms them: one of a purpose that is there moves only earlier (engine.md 4.13). */
import type { PoolClient } from 'pg';
import type { ArmedTimer } from '#engine/decision/store.js';
import { plainArray, textArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const ARM = statement(
  'engine.timer.arm',
  `insert into engine.timer as t (workspace_id, contact_id, purpose, due_at)
select u.workspace_id, u.contact_id, u.purpose, to_timestamp(u.due_at / 1000)
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[]) as u(workspace_id, contact_id, purpose, due_at)
on conflict (workspace_id, contact_id, purpose) do update set due_at = excluded.due_at where t.due_at > excluded.due_at`,
);

/** `timers`: by contact and purpose, each once. */
export async function armTimers(tx: PoolClient, timers: readonly ArmedTimer[]): Promise<void> {
  if (timers.length === 0) return;
  const of = (name: 'workspaceId' | 'contactId' | 'dueAt'): string => plainArray(timers.map((timer) => timer[name]));
  const purposes = textArray(timers.map(({ purpose }) => purpose));
  await query(tx, bind(ARM, [of('workspaceId'), of('contactId'), purposes, of('dueAt')]));
}
