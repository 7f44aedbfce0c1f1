/**
 * Rows that are made anew (replay, rebuild) and the feed: what had stood still is told event by event, a contact whose row is another
 * than before is told once, without an event, and everything else is not told again.
 */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRange } from '../read-models/replay/ranges.js';
import { feeding } from './append.js';

/** A contact that stood still before the event of this version. */
export interface Freed {
  readonly contactId: Uuid;
  readonly version: number;
}

const IN_RANGE = 't.workspace_id = $1 and t.contact_id > $2 and t.contact_id <= $3';
/** What differs whenever an event was folded in that people see nothing of. */
const SEEN = (row: string) => `to_jsonb(${row}) - '{created_at,updated_at,applied_version}'::text[]`;

const FREED = feeding(`select t.workspace_id, t.contact_id, t.version, t.recorded_at, t.event_id as mark,
    row_number() over (order by t.contact_id, t.version) as at
  from unnest($2::uuid[], $3::integer[]) as f(contact_id, version)
  join read.timeline t on t.workspace_id = $1 and t.contact_id = f.contact_id and t.version >= f.version
  where t.changed is not null`);

const REPLACED =
  feeding(`select $1::uuid as workspace_id, contact_id, coalesce(n.applied_version, o.applied_version) as version,
    null::timestamptz as recorded_at, gen_random_uuid() as mark, row_number() over (order by contact_id) as at
  from (select * from pg_temp.contact t where ${IN_RANGE}) o
  full join (select * from read.contact t where ${IN_RANGE}) n using (contact_id)
  where ${SEEN('o')} is distinct from ${SEEN('n')} and contact_id <> all ($4::uuid[])`);

/** After a replay of a range, in its transaction: `pg_temp.contact` has the rows from before. `freed`: who stood still until then. */
export async function feedReplayed(tx: PoolClient, range: ContactRange, freed: readonly Freed[]): Promise<void> {
  const { workspaceId, after, upTo } = range;
  const ids = freed.map(({ contactId }) => contactId);
  if (freed.length > 0) await tx.query(FREED, [workspaceId, ids, freed.map(({ version }) => version)]);
  await tx.query(REPLACED, [workspaceId, after, upTo, ids]);
}

/** Where a rebuild keeps which contacts it found to be others; it goes with the schema that it builds in. */
const DIFFERING = 'read_next.differing';

export async function makeDiffering(client: PoolClient): Promise<void> {
  await client.query(`create table ${DIFFERING} (workspace_id uuid not null, contact_id uuid not null)`);
}

/** Notes the contacts of a range whose built row is another than the live one. */
export async function noteDiffering(reader: PoolClient, { workspaceId, after, upTo }: ContactRange): Promise<void> {
  await reader.query(
    `insert into ${DIFFERING} select $1, contact_id
     from (select * from read.contact t where ${IN_RANGE}) o
     full join (select * from read_next.contact t where ${IN_RANGE}) n using (contact_id)
     where ${SEEN('o')} is distinct from ${SEEN('n')}`,
    [workspaceId, after, upTo],
  );
}

const SWITCHED = feeding(`select d.workspace_id, d.contact_id, coalesce(t.applied_version, 0) as version,
    null::timestamptz as recorded_at, gen_random_uuid() as mark, row_number() over (order by d.workspace_id, d.contact_id) as at
  from ${DIFFERING} d
  left join read.contact t on t.workspace_id = d.workspace_id and t.contact_id = d.contact_id`);

/** In the transaction that put the built tables in place. */
export async function feedSwitched(tx: PoolClient): Promise<void> {
  await tx.query(SWITCHED);
}
