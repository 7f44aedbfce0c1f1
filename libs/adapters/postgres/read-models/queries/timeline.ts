/** A contact's timeline, newest first, and the chain of causes behind an event. */
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow, TimelineRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';

const { timeline } = READ;

/** Above every version: a cursor is always a bound of the index, so that a cached plan seeks to it. */
const HIGHEST = 2_147_483_647;
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** The last millisecond that a Date holds and a cursor may name. */
const LATEST = 8.64e15;

const PAGE = statement(
  'read.timeline.page',
  `select ${timeline.selected} from read.timeline t
where t.workspace_id = $1 and t.contact_id = $2 and t.version < $3
order by t.version desc
limit $4`,
);
// Each stream is read from its newest event down; what lies above the cursor is left out by months.
const JOINED = statement(
  'read.timeline.joined_page',
  `select ${timeline.selected} from unnest($2::uuid[]) as o(contact_id)
cross join lateral (
  select * from read.timeline e
  where e.workspace_id = $1 and e.contact_id = o.contact_id and e.recorded_at <= $3
    and (e.recorded_at, e.contact_id, e.version) < ($3::timestamptz, $4::uuid, $5::integer)
  order by e.version desc
  limit $6
) t
order by t.recorded_at desc, t.contact_id desc, t.version desc
limit $6`,
);
// What caused an event stands below it in the same stream; the root's cause is an input, which no event has as its id.
const CHAIN = statement(
  'read.timeline.chain',
  `with recursive chain as (
  select t.* from read.timeline t where t.workspace_id = $1 and t.contact_id = $2 and t.version = $3
  union all
  select p.* from chain c
  join read.timeline p on p.workspace_id = $1 and p.contact_id = $2 and p.version < c.version and p.event_id = c.causation_id
)
select ${timeline.selected} from chain t order by t.version`,
);
const OF_INPUTS = statement(
  'read.timeline.of_inputs',
  `select ${timeline.selected} from read.timeline t
where t.workspace_id = $1 and t.contact_id = $2 and t.correlation_id = any($3::uuid[])
order by t.version
limit $4`,
);
const OF_EVENTS = statement(
  'read.timeline.of_events',
  `select ${timeline.selected} from read.timeline t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[]) and t.event_id = any($3::uuid[])
order by t.recorded_at, t.contact_id, t.version`,
);

/** recordedAt (milliseconds), contactId and version of the last event of the page before. */
export type TimelineCursor = readonly [number, Uuid, number];

export function timelineCursor({ recordedAt, contactId, version }: TimelineRow): TimelineCursor {
  return [recordedAt, contactId, version];
}

/** Events before the cursor (null: from the newest), with what happened to the contact's aliases before they were of it. */
export async function timelinePage(
  pool: Pool,
  workspaceId: Uuid,
  { contactId, aliases }: Pick<ContactRow, 'contactId' | 'aliases'>,
  { before, limit }: { readonly before: TimelineCursor | null; readonly limit: number },
): Promise<readonly TimelineRow[]> {
  const [recordedAt, of, version] = before ?? [LATEST, HIGHEST_ID, HIGHEST];
  const asked =
    aliases.length === 0
      ? bind(PAGE, [workspaceId, contactId, version, limit])
      : bind(JOINED, [workspaceId, [contactId, ...aliases], new Date(recordedAt), of, version, limit]);
  return (await query<TimelineRow>(pool, asked)).rows;
}

/** The event of a version with everything that led to it in this contact's stream, the root first; empty when there is none. */
export async function causesOf(
  pool: Pool,
  workspaceId: Uuid,
  contactId: Uuid,
  version: number,
): Promise<readonly TimelineRow[]> {
  const { rows } = await query<TimelineRow>(pool, bind(CHAIN, [workspaceId, contactId, version]));
  return rows;
}

/** All that these inputs led to in a contact, in version order, at most 1,000 events. */
export async function eventsOfInputs(
  pool: Pool,
  workspaceId: Uuid,
  contactId: Uuid,
  correlationIds: readonly Uuid[],
): Promise<readonly TimelineRow[]> {
  if (correlationIds.length === 0) return [];
  const { rows } = await query<TimelineRow>(
    pool,
    bind(OF_INPUTS, [workspaceId, contactId, [...correlationIds], 1_000]),
  );
  return rows;
}

export async function eventsById(
  pool: Pool,
  workspaceId: Uuid,
  contacts: readonly Uuid[],
  ids: readonly Uuid[],
): Promise<readonly TimelineRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await query<TimelineRow>(pool, bind(OF_EVENTS, [workspaceId, [...contacts], [...ids]]));
  return rows;
}
