/** Events of the store, up to where the live projection has read. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import type { LaneProgress } from '#engine/projection/store.js';
import { EVENT_COLUMNS, type EventRow } from '../../event-store/rows.js';
import { bind, statement } from '../../statement.js';
import { plainArray } from '../array-literal.js';
import { type ContactRange, LOWEST } from './ranges.js';

const SLICE = 2_000;

const VECTOR = statement('read.replay.vector', 'select lane, next from engine.projection_vector order by lane');
const OF_RANGE = statement(
  'read.replay.events',
  `select ${EVENT_COLUMNS} from engine.event e
join unnest($7::integer[], $8::bigint[]) as v(lane, next) on v.lane = e.lane and e.position < v.next
where e.workspace_id = $1 and e.contact_id > $2 and e.contact_id <= $3 and (e.contact_id, e.version) > ($4::uuid, $5::integer)
order by e.contact_id, e.version limit $6`,
);
const BETWEEN = statement(
  'read.replay.events_between',
  `select ${EVENT_COLUMNS} from unnest($2::integer[], $3::bigint[], $4::bigint[]) as v(lane, first, next)
join engine.event e on e.lane = v.lane and e.position >= v.first and e.position < v.next
where e.workspace_id = $1`,
);

/** Per lane the position after the last event that the live projection has read. */
export async function vectorOf(client: PoolClient): Promise<readonly LaneProgress[]> {
  return (await client.query<LaneProgress>(bind(VECTOR, []))).rows;
}

/** Events below the vector of the contacts in a range, in slices: contact by contact, each in version order. */
export async function* eventsOf(
  client: PoolClient,
  range: ContactRange,
  vector: readonly LaneProgress[],
): AsyncGenerator<readonly ContactEventRow[]> {
  let after: readonly [Uuid, number] = [LOWEST, 0];
  for (;;) {
    const values = [range.workspaceId, range.after, range.upTo, ...after, SLICE, ...arraysOf(vector)];
    const { rows } = await client.query<EventRow>(bind(OF_RANGE, values));
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = [last.contactId, last.version];
  }
}

/** Events of a workspace from one vector up to another, in no order. */
export async function eventsBetween(
  client: PoolClient,
  workspaceId: Uuid,
  from: readonly LaneProgress[],
  to: readonly LaneProgress[],
): Promise<readonly ContactEventRow[]> {
  const firsts = new Map(from.map(({ lane, next }) => [lane, next]));
  const first = plainArray(to.map(({ lane }) => firsts.get(lane) ?? 0));
  const [lanes, next] = arraysOf(to);
  return (await client.query<EventRow>(bind(BETWEEN, [workspaceId, lanes, first, next]))).rows;
}

function arraysOf(vector: readonly LaneProgress[]): [string, string] {
  return [plainArray(vector.map(({ lane }) => lane)), plainArray(vector.map(({ next }) => next))];
}
