/** Reads the changes feed: what comes after a cursor, gapless and in order; or why it cannot be told. */
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** Where a reader stands: after the change at this position, which is known by its mark. */
export interface FeedPlace {
  readonly position: number;
  /** The first MARK_BYTES of the mark, in hex. */
  readonly mark: string;
}

/** As many as make a mark of another history unlikely to be taken for this one's. */
export const MARK_BYTES = 6;
const NO_MARK = '0'.repeat(MARK_BYTES * 2);

/** The event that made a change, as the timeline has it. Times in milliseconds. */
export interface ChangeEvent {
  readonly eventId: Uuid;
  readonly type: string;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly causationId: Uuid;
  readonly correlationId: Uuid;
  readonly data: JsonObject;
  /** `{field: [before, after]}`; null: the contact is erased. */
  readonly changed: JsonObject | null;
}

export interface FeedChange {
  readonly place: FeedPlace;
  readonly contactId: Uuid;
  /** Of the contact, once it was made. */
  readonly version: number;
  /** Milliseconds: when it came into the feed. */
  readonly fedAt: number;
  /** Null: the contact's row was made anew, and is another than before. */
  readonly event: ChangeEvent | null;
}

export type FeedPage =
  | {
      readonly state: 'read';
      readonly changes: readonly FeedChange[];
      readonly next: FeedPlace;
      readonly more: boolean;
    }
  /** What came next is no longer kept. */
  | { readonly state: 'expired' }
  /** No place of this feed: of another workspace, or of a history that a restored database does not have. */
  | { readonly state: 'unknown' };

const HEAD = statement(
  'feed.head.one',
  'select position, floor, floor_mark as "floorMark" from feed.head where workspace_id = $1',
);
const LAST = statement(
  'feed.change.last',
  `select h.position, coalesce(c.mark, h.floor_mark) as mark from feed.head h
left join feed.change c on c.workspace_id = h.workspace_id and c.position = h.position
where h.workspace_id = $1`,
);
const HEADS = statement(
  'feed.head.many',
  'select workspace_id as "workspaceId", position from feed.head where workspace_id = any ($1::uuid[])',
);
// The limit stands within, so that only as many are looked up in the timeline, each by its key.
const READ = statement(
  'feed.change.read',
  `select c.position, c.mark, c.contact_id as "contactId", c.version, c.fed_at as "fedAt", c.recorded_at as "recordedAt",
  t.event_id as "eventId", t.type, t.occurred_at as "occurredAt", t.causation_id as "causationId",
  t.correlation_id as "correlationId", t.data, t.changed
from (
  select * from feed.change where workspace_id = $1 and position >= $2 and position <= $3 order by position limit $4
) c
left join read.timeline t
  on t.workspace_id = $1 and t.contact_id = c.contact_id and t.version = c.version and t.recorded_at = c.recorded_at
order by c.position`,
);

interface Head extends Record<string, unknown> {
  readonly position: number;
  readonly floor: number;
  readonly floorMark: Uuid | null;
}

type Row = Record<string, unknown> & {
  readonly position: number;
  readonly mark: Uuid;
  readonly recordedAt: number | null;
} & {
  readonly [K in Exclude<keyof ChangeEvent, 'recordedAt'>]: ChangeEvent[K] | null;
} & Pick<FeedChange, 'contactId' | 'version' | 'fedAt'>;

/** The end of the feed: what changes from now on comes after it. */
export async function feedEnd(pool: Pool, workspaceId: Uuid): Promise<FeedPlace> {
  const { rows } = await query<{ position: number; mark: Uuid | null }>(pool, bind(LAST, [workspaceId]));
  return rows[0] === undefined
    ? { position: 0, mark: NO_MARK }
    : { position: rows[0].position, mark: markOf(rows[0].mark) };
}

/** The last position of those workspaces that have a feed. */
export async function feedEnds(pool: Pool, workspaceIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, number>> {
  const { rows } = await query<{ workspaceId: Uuid; position: number }>(pool, bind(HEADS, [[...workspaceIds]]));
  return new Map(rows.map(({ workspaceId, position }) => [workspaceId, position]));
}

/** At most `limit` changes after a place; null: from the oldest that is kept. Rejects with WorldError when the database is away. */
export async function readChanges(
  pool: Pool,
  workspaceId: Uuid,
  after: FeedPlace | null,
  limit: number,
): Promise<FeedPage> {
  const head = await headOf(pool, workspaceId);
  const from = after ?? { position: head.floor, mark: markOf(head.floorMark) };
  if (from.position > head.position) return { state: 'unknown' };
  if (from.position < head.floor) return { state: 'expired' };
  const isFloor = from.position === head.floor;
  if (isFloor && from.mark !== markOf(head.floorMark)) return { state: 'unknown' };
  // The reader's own place is read along, to know it by its mark.
  const first = isFloor ? from.position + 1 : from.position;
  const wanted = limit + 1 + (isFloor ? 0 : 1);
  const { rows } = await query<Row>(pool, bind(READ, [workspaceId, first, head.position, wanted]));
  if (!isGapless(rows, first, Math.min(wanted, head.position - first + 1)))
    return trimmedMeanwhile(await headOf(pool, workspaceId), first);
  if (!isFloor && markOf((rows[0] as Row).mark) !== from.mark) return { state: 'unknown' };
  const following = isFloor ? rows : rows.slice(1);
  const changes = following.slice(0, limit).map(changeOf);
  return { state: 'read', changes, next: changes.at(-1)?.place ?? from, more: following.length > limit };
}

/** The change at a position; null once it is no longer kept. */
export async function changeAt(pool: Pool, workspaceId: Uuid, position: number): Promise<FeedChange | null> {
  const { rows } = await query<Row>(pool, bind(READ, [workspaceId, position, position, 1]));
  return rows[0] === undefined ? null : changeOf(rows[0]);
}

async function headOf(pool: Pool, workspaceId: Uuid): Promise<Head> {
  const { rows } = await query<Head>(pool, bind(HEAD, [workspaceId]));
  return rows[0] ?? { position: 0, floor: 0, floorMark: null };
}

function isGapless(rows: readonly Row[], first: number, count: number): boolean {
  return rows.length === count && rows.every(({ position }, index) => position === first + index);
}

/** Throws when it was not the retention: a hole is a fault of ours, and passing it would lose changes. */
function trimmedMeanwhile({ floor }: Head, first: number): FeedPage {
  if (floor >= first) return { state: 'expired' };
  throw new Error(`the changes feed has a hole at or after position ${first}`);
}

function changeOf(row: Row): FeedChange {
  const { position, mark, contactId, version, fedAt, recordedAt, eventId, type } = row;
  const place = { position, mark: markOf(mark) };
  if (recordedAt === null || eventId === null || type === null)
    return { place, contactId, version, fedAt, event: null };
  const { occurredAt, causationId, correlationId, data, changed } = row;
  const event = { eventId, type, occurredAt, recordedAt, causationId, correlationId, data, changed } as ChangeEvent;
  return { place, contactId, version, fedAt, event };
}

function markOf(mark: Uuid | null): string {
  return mark === null ? NO_MARK : mark.replaceAll('-', '').slice(0, MARK_BYTES * 2);
}
