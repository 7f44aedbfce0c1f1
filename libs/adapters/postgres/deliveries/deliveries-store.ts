/** Deliveries, quarantine and the first column of the books in Postgres: one bulk statement a table. */
import type { Pool, PoolClient } from 'pg';
import type { LogRecord } from '#contracts/record.js';
import type { DeliveriesStore } from '#engine/deliveries/deliveries.js';
import type { AcceptedChange, DeliveryRow, Moved, QuarantineRow, RereadRow } from '#engine/deliveries/moved.js';
import type { Checkpoints } from '#engine/log/checkpoints.js';
import type { Fence } from '#engine/log/log.js';
import { Blob } from '../event-store/blob.js';
import { setAside } from '../parked/set-aside.js';
import { jsonArray, plainArray, textArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

// A record that a retry of the log brought twice is one request, and counted once.
const DELIVERIES = statement(
  'deliveries.delivery.insert',
  `with fresh as (
insert into deliveries.delivery (workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, sealed)
select u.workspace_id, u.id, u.source_id, u.provider, to_timestamp(u.received_at / 1000), u.outcome, u.engagements, u.unreadable, u.replay,
  substring($10::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::float8[], $6::text[], $7::int[], $8::int[], $9::jsonb[], $11::int[], $12::int[])
  as u(workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, at, size)
on conflict do nothing
returning workspace_id, source_id, received_at, engagements + unreadable as accepted
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, date_trunc('hour', received_at), $13, sum(accepted), 0 from fresh group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined`,
);
const INSERT_QUARANTINED = `insert into deliveries.quarantine (workspace_id, id, source_id, delivery_id, element, received_at, reason, sealed)
select u.workspace_id, u.id, u.source_id, u.delivery_id, u.element, to_timestamp(u.received_at / 1000), u.reason,
  substring($8::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::float8[], $7::text[], $9::int[], $10::int[])
  as u(workspace_id, id, source_id, delivery_id, element, received_at, reason, at, size)
on conflict do nothing`;
const QUARANTINE = statement('deliveries.quarantine.insert', INSERT_QUARANTINED);
const QUARANTINE_TOLD = statement(
  'deliveries.quarantine.insert_told',
  `with fresh as (
${INSERT_QUARANTINED}
returning workspace_id, source_id, received_at
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, date_trunc('hour', received_at), $11, 0, count(*) from fresh group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined`,
);
const BOOKS = statement(
  'engine.books.accept',
  `insert into engine.books as b (workspace_id, source_id, hour, writer, accepted)
select u.workspace_id, u.source_id, to_timestamp(u.hour / 1000), $1, u.accepted
from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::bigint[]) as u(workspace_id, source_id, hour, accepted)
on conflict (workspace_id, source_id, hour, writer) do update set accepted = b.accepted + excluded.accepted`,
);
// Only what is open leaves the books: a part that two people drive again at once is taken out of them once.
const SETTLE = statement(
  'deliveries.quarantine.settle',
  `with settled as (
  update deliveries.quarantine q set state = 'redriven'
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::float8[]) as u(workspace_id, id, source_id, hour)
  where q.workspace_id = u.workspace_id and q.id = u.id and q.state = 'open'
  returning q.workspace_id, u.source_id, u.hour
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, to_timestamp(hour / 1000), $1, -count(*), -count(*) from settled group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined`,
);
/** Bytes of requests that one statement carries: a batch of large bodies goes in several. */
const STATEMENT_BYTES = 16 * 1024 * 1024;

export class PostgresDeliveriesStore implements DeliveriesStore {
  constructor(
    private readonly pool: Pool,
    private readonly checkpoints: Pick<Checkpoints<PoolClient>, 'advance'>,
  ) {}

  move(fence: Fence, first: number, next: number, { deliveries, quarantine, rereads, books }: Moved): Promise<void> {
    return inTransaction(this.pool, async (tx) => {
      await this.checkpoints.advance(tx, fence, first, next);
      const writer = `deliveries/${fence.partition}`;
      for (const part of portions(deliveries)) await query(tx, bind(DELIVERIES, [...deliveryValues(part), writer]));
      for (const part of portions(quarantine))
        await query(tx, bind(QUARANTINE_TOLD, [...quarantineValues(part), writer]));
      if (books.length > 0) await query(tx, bind(BOOKS, bookValues(writer, books)));
      if (rereads.length > 0) await query(tx, bind(SETTLE, settleValues(writer, rereads)));
    });
  }

  setAside(fence: Fence, first: number, next: number, records: readonly LogRecord[]): Promise<void> {
    return inTransaction(this.pool, async (tx) => {
      await this.checkpoints.advance(tx, fence, first, next);
      await setAside(tx, records);
    });
  }
}

/** What is there already stays as it is. The books of these are kept by whoever writes them. */
export async function writeQuarantined(tx: PoolClient, rows: readonly QuarantineRow[]): Promise<void> {
  for (const part of portions(rows)) await query(tx, bind(QUARANTINE, quarantineValues(part)));
}

function* portions<Row extends { readonly sealed: Buffer }>(rows: readonly Row[]): Iterable<readonly Row[]> {
  let part: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (part.length > 0 && bytes + row.sealed.length > STATEMENT_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(row);
    bytes += row.sealed.length;
  }
  if (part.length > 0) yield part;
}

function deliveryValues(rows: readonly DeliveryRow[]): unknown[] {
  const of = (name: keyof DeliveryRow): string => plainArray(rows.map((row) => row[name] as string | number));
  return [
    ...[of('workspaceId'), of('id'), of('sourceId'), textArray(rows.map((row) => row.provider)), of('receivedAt')],
    ...[
      of('outcome'),
      of('engagements'),
      of('unreadable'),
      jsonArray(rows.map(({ replay }) => (replay ? { ...replay } : null))),
    ],
    ...Blob.of(rows, (row) => row.sealed),
  ];
}

function quarantineValues(rows: readonly QuarantineRow[]): unknown[] {
  const of = (name: keyof QuarantineRow): string => plainArray(rows.map((row) => row[name] as string | number | null));
  return [
    ...[of('workspaceId'), of('id'), of('sourceId'), of('deliveryId'), of('element'), of('receivedAt'), of('reason')],
    ...Blob.of(rows, (row) => row.sealed),
  ];
}

function settleValues(writer: string, rows: readonly RereadRow[]): unknown[] {
  const parts = rows.flatMap(({ settled, ...row }) => settled.map((id) => ({ ...row, id })));
  const of = (name: 'workspaceId' | 'id' | 'sourceId' | 'hour'): string => plainArray(parts.map((part) => part[name]));
  return [writer, of('workspaceId'), of('id'), of('sourceId'), of('hour')];
}

function bookValues(writer: string, rows: readonly AcceptedChange[]): unknown[] {
  const of = (name: keyof AcceptedChange): string => plainArray(rows.map((row) => row[name]));
  return [writer, of('workspaceId'), of('sourceId'), of('hour'), of('accepted')];
}
