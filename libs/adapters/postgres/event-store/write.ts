/** Writes of the deciding transaction: one bulk statement a table. */
import type { PoolClient } from 'pg';
import type {
  Activation,
  BooksChange,
  Changes,
  ParkedChange,
  ParkedInput,
  SealedEvent,
  SeenKey,
  StateChange,
} from '#engine/decision/store.js';
import { FencedError } from '#engine/log/errors.js';
import { plainArray, textArray } from '../read-models/array-literal.js';
import { bind, type Statement, statement } from '../statement.js';
import { query } from '../transaction.js';
import { Blob } from './blob.js';

const KEYS = statement(
  'sealing.contact_key.insert',
  `insert into sealing.contact_key (workspace_id, contact_id, wrapped)
select u.workspace_id, u.contact_id, substring($3::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $4::int[], $5::int[]) as u(workspace_id, contact_id, at, size)
on conflict do nothing`,
);
// Positions are handed out under the lock of the lane's head: a reader that saw one has seen all before it.
const EVENTS = statement(
  'engine.event.append',
  `with head as (
  insert into engine.lane_head as h (lane, next) values ($1, $2)
  on conflict (lane) do update set next = h.next + excluded.next
  returning next - $2 as first
)
insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id,
  correlation_id, data, pii, input_topic, input_partition, input_position, lane, position)
select u.workspace_id, u.contact_id, u.version, u.id, u.type, u.v, to_timestamp(u.occurred_at / 1000),
  to_timestamp(u.recorded_at / 1000), u.causation_id, u.correlation_id,
  convert_from(substring($12::bytea from u.data_at for u.data_size), 'UTF8')::json,
  substring($15::bytea from u.pii_at for u.pii_size), $18::text, $19::smallint, u.input_position, $1, head.first + u.n - 1
from head, unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::text[], $8::smallint[], $9::float8[], $10::float8[],
    $11::uuid[], $20::uuid[], $13::int[], $14::int[], $16::int[], $17::int[], $21::bigint[]) with ordinality
  as u(workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
    data_at, data_size, pii_at, pii_size, input_position, n)`,
);
const STATES_CHANGED = statement(
  'engine.contact_state.update',
  `update engine.contact_state s
set version = u.version, recorded_at = to_timestamp(u.recorded_at / 1000), sealed = substring($6::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::float8[], $7::int[], $8::int[])
  as u(workspace_id, contact_id, loaded, version, recorded_at, at, size)
where s.workspace_id = u.workspace_id and s.contact_id = u.contact_id and s.version = u.loaded`,
);
const STATES_NEW = statement(
  'engine.contact_state.insert',
  `insert into engine.contact_state (workspace_id, contact_id, version, recorded_at, sealed)
select u.workspace_id, u.contact_id, u.version, to_timestamp(u.recorded_at / 1000), substring($5::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::float8[], $6::int[], $7::int[])
  as u(workspace_id, contact_id, version, recorded_at, at, size)
on conflict do nothing`,
);
const SEEN = statement(
  'engine.seen.insert',
  `insert into engine.seen (workspace_id, key, month)
select * from unnest($1::uuid[], $2::uuid[], $3::date[])
on conflict do nothing`,
);
const BOOKS = statement(
  'engine.books.add',
  `insert into engine.books as b (workspace_id, source_id, hour, writer, applied, duplicate, too_late, parked)
select u.workspace_id, u.source_id, to_timestamp(u.hour / 1000), $1, u.applied, u.duplicate, u.too_late, u.parked
from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
  as u(workspace_id, source_id, hour, applied, duplicate, too_late, parked)
on conflict (workspace_id, source_id, hour, writer) do update
set applied = b.applied + excluded.applied, duplicate = b.duplicate + excluded.duplicate,
  too_late = b.too_late + excluded.too_late, parked = b.parked + excluded.parked`,
);
const PARK = statement(
  'engine.parked.insert',
  `insert into engine.parked (topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
select u.topic, u.partition, u.position, u.workspace_id, u.contact_id, u.id, u.type, u.v, to_timestamp(u.at / 1000), u.data,
  u.sealed, u.reason, u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::smallint[],
    $9::float8[], $10::json[], $11::bytea[], $12::text[], $13::bytea[])
  as u(topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
on conflict do nothing`,
);
const UNPARK = statement(
  'engine.parked.update',
  `update engine.parked p set state = u.state, reason = u.reason, error_sealed = u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
  as u(topic, partition, position, workspace_id, state, reason, error_sealed)
where p.topic = u.topic and p.partition = u.partition and p.position = u.position and p.workspace_id = u.workspace_id`,
);
const ACTIVATE = statement(
  'registry.rule_activation.insert',
  `insert into registry.rule_activation (workspace_id, rule, version, number, topic, partition, position)
select * from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::smallint[], $7::bigint[])
on conflict do nothing`,
);

/** Everything of a segment but its forwards. Throws FencedError when a key or state is not as it was loaded. */
export async function write(tx: PoolClient, changes: Changes): Promise<void> {
  const { keys, states } = changes;
  const fresh = states.filter((state) => state.loaded === null);
  const known = states.filter((state) => state.loaded !== null);
  await all(tx, KEYS, keys, [
    plainArray(keys.map((key) => key.workspaceId)),
    plainArray(keys.map((key) => key.contactId)),
    ...Blob.of(keys, (key) => key.wrapped),
  ]);
  await all(tx, STATES_CHANGED, known, changedValues(known));
  await all(tx, STATES_NEW, fresh, freshValues(fresh));
  await some(tx, EVENTS, changes.events, (events) => eventValues(changes.lane, events));
  await some(tx, SEEN, changes.seen, seenValues);
  await some(tx, BOOKS, changes.books, (books) => booksValues(changes.lane, books));
  await some(tx, PARK, changes.parked, parkedValues);
  await some(tx, UNPARK, changes.unparked, unparkedValues);
  await some(tx, ACTIVATE, changes.activations, activationValues);
}

/** A write that must touch a row for each of `rows`: fewer means that another has been here since they were loaded. */
async function all(tx: PoolClient, of: Statement, rows: readonly unknown[], values: unknown[]): Promise<void> {
  if (rows.length === 0) return;
  const { rowCount } = await query(tx, bind(of, values));
  if (rowCount !== rows.length)
    throw new FencedError(`${of.name} found ${rowCount} of ${rows.length} rows as they were loaded`);
}

async function some<Row>(
  tx: PoolClient,
  of: Statement,
  rows: readonly Row[],
  values: (rows: readonly Row[]) => unknown[],
): Promise<void> {
  if (rows.length > 0) await query(tx, bind(of, values(rows)));
}

function changedValues(states: readonly StateChange[]): unknown[] {
  return [
    ...refs(states),
    plainArray(states.map((state) => state.loaded)),
    plainArray(states.map((state) => state.version)),
    plainArray(states.map((state) => state.recordedAt)),
    ...Blob.of(states, (state) => state.sealed),
  ];
}

function freshValues(states: readonly StateChange[]): unknown[] {
  return [
    ...refs(states),
    plainArray(states.map((state) => state.version)),
    plainArray(states.map((state) => state.recordedAt)),
    ...Blob.of(states, (state) => state.sealed),
  ];
}

function refs(rows: readonly { readonly workspaceId: string; readonly contactId: string }[]): [string, string] {
  return [plainArray(rows.map((row) => row.workspaceId)), plainArray(rows.map((row) => row.contactId))];
}

/** The events of a segment were all decided in one partition. */
function eventValues(lane: number, events: readonly SealedEvent[]): unknown[] {
  const of = <K extends keyof SealedEvent>(name: K): string => plainArray(events.map((event) => event[name] as string));
  const data = Blob.of(events, (event) => Buffer.from(JSON.stringify(event.data)));
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

function seenValues(seen: readonly SeenKey[]): unknown[] {
  const of = (name: keyof SeenKey): string => plainArray(seen.map((one) => one[name]));
  return [of('workspaceId'), of('key'), of('month')];
}

function booksValues(lane: number, books: readonly BooksChange[]): unknown[] {
  const of = (name: keyof BooksChange): string => plainArray(books.map((row) => row[name]));
  const counts = [of('applied'), of('duplicate'), of('tooLate'), of('parked')];
  return [`lane:${lane}`, of('workspaceId'), of('sourceId'), of('hour'), ...counts];
}

function parkedValues(parked: readonly ParkedInput[]): unknown[] {
  const of = <K extends keyof ParkedInput>(name: K): unknown[] => parked.map((row) => row[name]);
  return [
    ...[
      of('topic'),
      of('partition'),
      of('position'),
      of('workspaceId'),
      of('contactId'),
      of('id'),
      of('type'),
      of('v'),
    ],
    ...[of('at'), parked.map((row) => JSON.stringify(row.data)), of('sealed'), of('reason'), of('errorSealed')],
  ];
}

function unparkedValues(unparked: readonly ParkedChange[]): unknown[] {
  const of = <K extends keyof ParkedChange>(name: K): unknown[] => unparked.map((row) => row[name]);
  return [
    of('topic'),
    of('partition'),
    of('position'),
    of('workspaceId'),
    of('state'),
    of('reason'),
    of('errorSealed'),
  ];
}

function activationValues(activations: readonly Activation[]): unknown[] {
  const of = <K extends keyof Activation>(name: K): unknown[] => activations.map((row) => row[name]);
  const place = [of('topic'), of('partition'), of('position')];
  return [of('workspaceId'), of('rule'), of('version'), of('number'), ...place];
}
