/** What a rebuild reads of the store: workspaces that were touched since, and all events of some contacts. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { LaneProgress } from '#engine/projection/store.js';
import { EVENT_COLUMNS, type EventRow } from '../../event-store/rows.js';
import { bind, statement } from '../../statement.js';
import { plainArray } from '../array-literal.js';
import { LOWEST } from '../replay/ranges.js';

const SLICE = 2_000;

const TOUCHED = statement(
  'read.rebuild.touched',
  `select distinct e.workspace_id as "workspaceId"
from unnest($1::integer[], $2::bigint[], $3::bigint[]) as v(lane, first, next)
join engine.event e on e.lane = v.lane and e.position >= v.first and e.position < v.next
order by 1`,
);
const OF_CONTACTS = statement(
  'read.rebuild.events',
  `select ${EVENT_COLUMNS} from engine.event e
join unnest($6::integer[], $7::bigint[]) as v(lane, next) on v.lane = e.lane and e.position < v.next
where e.workspace_id = $1 and e.contact_id = any ($2::uuid[]) and (e.contact_id, e.version) > ($3::uuid, $4::integer)
order by e.contact_id, e.version limit $5`,
);

/** Workspaces with events between two vectors. */
export async function workspacesBetween(
  client: PoolClient,
  from: readonly LaneProgress[],
  to: readonly LaneProgress[],
): Promise<readonly Uuid[]> {
  const firsts = new Map(from.map(({ lane, next }) => [lane, next]));
  const values = [
    plainArray(to.map(({ lane }) => lane)),
    plainArray(to.map(({ lane }) => firsts.get(lane) ?? 0)),
    plainArray(to.map(({ next }) => next)),
  ];
  const { rows } = await client.query<{ workspaceId: Uuid }>(bind(TOUCHED, values));
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Events below the vector of some contacts, in slices: contact by contact, each in version order. */
export async function* eventsOfContacts(
  client: PoolClient,
  workspaceId: Uuid,
  contactIds: readonly Uuid[],
  vector: readonly LaneProgress[],
): AsyncGenerator<readonly ContactEventRow[]> {
  const lanes = plainArray(vector.map(({ lane }) => lane));
  const nexts = plainArray(vector.map(({ next }) => next));
  let after: readonly [Uuid, number] = [LOWEST, 0];
  for (;;) {
    const values = [workspaceId, plainArray(contactIds), ...after, SLICE, lanes, nexts];
    const { rows } = await client.query<EventRow>(bind(OF_CONTACTS, values));
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = [last.contactId, last.version];
  }
}
