/** Appends events to their lane and to the record in one. */
import type { PoolClient } from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { SealedEvent } from '#engine/decision/store.js';
import { plainArray, textArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { Blob } from './blob.js';

// Positions are handed out under the lock of the lane's head: a reader that saw one has seen all before it.
const EVENTS = statement(
  'engine.event.append',
  `with head as (
  insert into engine.lane_head as h (lane, next) values ($1, $2)
  on conflict (lane) do update set next = h.next + excluded.next
  returning next - $2 as first
), appended as (
  insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id,
    correlation_id, data, pii, input_topic, input_partition, input_position, lane, position)
  select u.workspace_id, u.contact_id, u.version, u.id, u.type, u.v, to_timestamp(u.occurred_at / 1000),
    to_timestamp(u.recorded_at / 1000), u.causation_id, u.correlation_id,
    convert_from(substring($12::bytea from u.data_at for u.data_size), 'UTF8')::json,
    substring($15::bytea from u.pii_at for u.pii_size), $18::text, $19::smallint, u.input_position, $1, head.first + u.n - 1
  from head, unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::text[], $8::smallint[], $9::float8[], $10::float8[],
      $11::uuid[], $20::uuid[], $13::int[], $14::int[], $16::int[], $17::int[], $21::bigint[]) with ordinality
    as u(workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
      data_at, data_size, pii_at, pii_size, input_position, n)
)
select first from head`,
);
/** In the order they were decided: so they stand on the lane. Answers them with their places. */
export async function writeEvents(
  tx: PoolClient,
  lane: number,
  events: readonly SealedEvent[],
): Promise<readonly ContactEventRow[]> {
  if (events.length === 0) return [];
  const { rows } = await query<{ first: number }>(tx, bind(EVENTS, eventValues(lane, events)));
  const { first } = rows[0] as { first: number };
  return events.map((event, n) => ({ ...event, lane, position: first + n }));
}

/** The events of a segment were all decided in one partition. */
function eventValues(lane: number, events: readonly SealedEvent[]): unknown[] {
  const of = <K extends keyof SealedEvent>(name: K): string => plainArray(events.map((event) => event[name] as string));
  const data = Blob.ofJson(events, (event) => event.data);
  const pii = Blob.of(events, (event) => event.pii);
  const [{ inputTopic, inputPartition }] = events as readonly [SealedEvent];
  return [
    ...[lane, events.length, of('workspaceId'), of('contactId'), of('version'), of('id')],
    ...[textArray(events.map((event) => event.type)), of('v'), of('occurredAt'), of('recordedAt'), of('causationId')],
    ...data,
    ...pii,
    ...[inputTopic, inputPartition, of('correlationId'), of('inputPosition')],
  ];
}
