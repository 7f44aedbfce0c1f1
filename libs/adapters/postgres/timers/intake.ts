/**
 * Contacts that are there when a rule that waits for a time is published: each is shown to it once, by a timer that is due at once. They
 * are overdue from the start, and so come within the share of bulk.
 */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { RuleVersion } from '#engine/decision/rules-registry.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

/** A workspace whose contacts have not been shown all that was published. */
export interface PendingIntake {
  readonly workspaceId: Uuid;
  /** Of its latest publication. */
  readonly number: number;
  /** Versions published since the last intake. */
  readonly versions: readonly RuleVersion[];
}

const PENDING = statement(
  'engine.intake.pending',
  `select w.id as "workspaceId", p.number,
  (select coalesce(jsonb_agg(distinct r), '[]') from registry.publication q cross join lateral jsonb_array_elements(q.rules) r
   where q.workspace_id = w.id and q.number > case when i.done then i.number else i.number - 1 end and jsonb_typeof(r -> 'version') = 'number'
  ) as versions
from registry.workspace w
cross join lateral (
  select number from registry.publication where workspace_id = w.id order by number desc limit 1
) p
left join lateral (
  select k.number, k.done from engine.intake k where k.workspace_id = w.id
  union all select 0, true limit 1
) i on true
where i.number < p.number or not i.done
order by w.id`,
);
const BEGIN = statement(
  'engine.intake.begin',
  `insert into engine.intake as i (workspace_id, number, after, done) values ($1, $2, null, false)
on conflict (workspace_id) do update set number = excluded.number, after = null, done = false where i.number < excluded.number`,
);
const END = statement(
  'engine.intake.end',
  'update engine.intake set done = true where workspace_id = $1 and number = $2',
);
const HOLD = statement(
  'engine.intake.hold',
  'select after from engine.intake where workspace_id = $1 and number = $2 and not done for update skip locked',
);
// The publication's own time makes the id of what fires: shown again after a crash, a contact knows it.
const SHOW = statement(
  'engine.intake.show',
  `with due as (
  select date_trunc('milliseconds', created_at) - interval '1 minute' as at from registry.publication where workspace_id = $1 and number = $2
), contacts as (
  select contact_id from engine.contact_state where workspace_id = $1 and ($3::uuid is null or contact_id > $3) order by contact_id limit $4
), shown as (
  insert into engine.timer as t (workspace_id, contact_id, purpose, due_at)
  select $1, contact_id, $5, due.at from contacts, due
  on conflict (workspace_id, contact_id, purpose) do update set due_at = excluded.due_at
)
select max(contact_id::text)::uuid as last, count(*)::int as contacts from contacts`,
);
const MOVE = statement(
  'engine.intake.move',
  'update engine.intake set after = $3, done = $4 where workspace_id = $1 and number = $2',
);

/** Rejects with WorldError. */
export async function pendingIntakes(pool: Pool): Promise<readonly PendingIntake[]> {
  return (await query<PendingIntake & Record<string, unknown>>(pool, bind(PENDING, []))).rows;
}

/** There is nothing to show of what was published up to `number`. */
export async function skipIntake(pool: Pool, { workspaceId, number }: PendingIntake): Promise<void> {
  await query(pool, bind(BEGIN, [workspaceId, number]));
  await query(pool, bind(END, [workspaceId, number]));
}

/** Shows the next `most` contacts, each by a timer of this purpose. Answers how many; 0 also while another process does. */
export async function showContacts(
  pool: Pool,
  { workspaceId, number }: PendingIntake,
  purpose: string,
  most: number,
): Promise<number> {
  await query(pool, bind(BEGIN, [workspaceId, number]));
  return inTransaction(pool, async (tx) => {
    const [held] = (await query<{ after: Uuid | null }>(tx, bind(HOLD, [workspaceId, number]))).rows;
    if (held === undefined) return 0;
    const show = bind(SHOW, [workspaceId, number, held.after, most, purpose]);
    const [shown] = (await query<{ last: Uuid | null; contacts: number }>(tx, show)).rows;
    const contacts = shown?.contacts ?? 0;
    await query(tx, bind(MOVE, [workspaceId, number, shown?.last ?? held.after, contacts < most]));
    return contacts;
  });
}
