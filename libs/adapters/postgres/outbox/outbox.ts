/** The outbox in Postgres: rows written in the transaction whose news they are. What fired has rows of its own kind, in the same order. */
import type { Pool, PoolClient } from 'pg';
import type { JsonObject } from '#contracts/json.js';
import type { Appendable } from '#contracts/record.js';
import { FencedError } from '#engine/log/errors.js';
import type { LaneFence, Outbox, OutboxLanes } from '#engine/outbox/outbox.js';
import { TIMERS_LANE } from '#engine/timers/timers.js';
import { jsonArray, plainArray, textArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { MOVE_FIRED, readFired } from '../timers/fired.js';
import { query } from '../transaction.js';

const ENQUEUE = statement(
  'log.outbox.enqueue',
  `
with lane as (
  insert into log.outbox_lane as l (lane, next) values ($1, cardinality($2::int[]))
  on conflict (lane) do update set next = l.next + excluded.next
  returning l.next - cardinality($2::int[]) as first
)
insert into log.outbox (lane, position, topic, key, partition, workspace_id, id, type, v, at, data, sealed)
select $1, lane.first + r.place, r.topic, r.key, r.partition, r.workspace_id, r.id, r.type, r.v, to_timestamp(r.at / 1000),
  r.data, r.sealed
from lane, unnest($2::int[], $3::text[], $4::uuid[], $5::smallint[], $6::uuid[], $7::uuid[], $8::text[], $9::smallint[],
  $10::float8[], $11::json[], $12::bytea[]) as r(place, topic, key, partition, workspace_id, id, type, v, at, data, sealed)`,
);
const WAITING = statement(
  'log.outbox_lane.waiting',
  `
select lane from log.outbox_lane
where next > relayed and (owner is null or owner = $1 or leased_until < clock_timestamp()) order by lane`,
);
const TAKE = statement(
  'log.outbox_lane.take',
  `
update log.outbox_lane set epoch = epoch + 1, owner = $2, leased_until = clock_timestamp() + $3 * interval '1 ms'
where lane = $1 and (owner is null or owner = $2 or leased_until < clock_timestamp())
returning epoch, relayed`,
);
const READ = statement(
  'log.outbox.read',
  `
select topic, key, partition, workspace_id, id, type, v, at, data, sealed from log.outbox
where lane = $1 and position >= $2 and position < $3 order by position`,
);
const MOVE = statement(
  'log.outbox.move',
  `
with moved as (
  update log.outbox_lane set relayed = $4, leased_until = clock_timestamp() + $5 * interval '1 ms'
  where lane = $1 and epoch = $2 and relayed = $3 returning lane
), gone as (
  delete from log.outbox o using moved where o.lane = moved.lane and o.position < $4
)
select lane from moved`,
);
const RELEASE = statement(
  'log.outbox_lane.release',
  'update log.outbox_lane set owner = null, leased_until = null where lane = $1 and epoch = $2',
);

interface Row {
  readonly topic: string;
  readonly key: string | null;
  readonly partition: number | null;
  readonly workspace_id: string;
  readonly id: string;
  readonly type: string;
  readonly v: number;
  readonly at: number;
  readonly data: JsonObject;
  readonly sealed: Buffer | null;
}

export class PostgresOutbox implements Outbox<PoolClient>, OutboxLanes {
  readonly #pool: Pool;
  readonly #leaseMs: number;

  /** `leaseMs`: how long a relay that says nothing keeps a lane; default 10,000. */
  constructor(pool: Pool, leaseMs = 10_000) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
  }

  async enqueue(tx: PoolClient, lane: string, records: readonly Appendable[]): Promise<void> {
    if (records.length > 0) await query(tx, bind(ENQUEUE, [lane, ...columns(records)]));
  }

  async waiting(owner: string): Promise<readonly string[]> {
    return (await query<{ lane: string }>(this.#pool, bind(WAITING, [owner]))).rows.map(({ lane }) => lane);
  }

  async take(lane: string, owner: string): Promise<{ fence: LaneFence; relayed: number } | null> {
    const taken = bind(TAKE, [lane, owner, this.#leaseMs]);
    const row = (await query<{ epoch: number; relayed: number }>(this.#pool, taken)).rows[0];
    return row ? { fence: { lane, epoch: row.epoch }, relayed: row.relayed } : null;
  }

  async read(lane: string, from: number, max: number): Promise<readonly Appendable[]> {
    if (lane === TIMERS_LANE) return readFired(this.#pool, from, max);
    const { rows } = await query<Row & Record<string, unknown>>(this.#pool, bind(READ, [lane, from, from + max]));
    return rows.map(({ partition, workspace_id: workspaceId, ...rest }) =>
      partition === null ? { ...rest, workspaceId } : { ...rest, workspaceId, partition },
    );
  }

  async move({ lane, epoch }: LaneFence, expected: number, relayed: number): Promise<void> {
    const move = lane === TIMERS_LANE ? MOVE_FIRED : MOVE;
    const { rowCount } = await query(this.#pool, bind(move, [lane, epoch, expected, relayed, this.#leaseMs]));
    if (rowCount === 0) throw new FencedError(`outbox lane ${lane} was taken by another relay after epoch ${epoch}`);
  }

  async release({ lane, epoch }: LaneFence): Promise<void> {
    await query(this.#pool, bind(RELEASE, [lane, epoch]));
  }
}

function columns(records: readonly Appendable[]): unknown[] {
  const plain = (value: (record: Appendable) => string | number | null): string => plainArray(records.map(value));
  return [
    plainArray([...records.keys()]),
    textArray(records.map((record) => record.topic)),
    plain((record) => record.key),
    plain((record) => record.partition ?? null),
    plain((record) => record.workspaceId),
    plain((record) => record.id),
    textArray(records.map((record) => record.type)),
    plain((record) => record.v),
    plain((record) => record.at),
    jsonArray(records.map((record) => record.data)),
    records.map((record) => record.sealed),
  ];
}
