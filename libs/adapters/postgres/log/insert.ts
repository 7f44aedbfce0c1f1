/**
 * Appends to many partitions in one statement and so in one transaction of its own: heads are locked in ascending (topic, partition)
 * order (unsorted they deadlock), positions are handed out under those locks, records are inserted from arrays.
 */
import type { Pool } from 'pg';
import type { Appendable } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import { SealedError } from '#engine/log/errors.js';
import type { Appended } from '#engine/log/log.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import type { Topic } from './topics.js';

// appended_at is read under the locks, so that it rises with the position: a reader may leave old partitions out.
const APPEND = statement(
  'log.record.append',
  `
with head as materialized (
  select w.n, w.topic_id, w.counted, h.topic, h.partition, h.next, h.sealed
  from unnest($1::text[], $2::smallint[], $3::smallint[], $4::int[])
    with ordinality as w(topic, topic_id, partition, counted, n)
  join log.head h on h.topic = w.topic and h.partition = w.partition
  order by h.topic, h.partition
  for update of h
), open as materialized (
  select * from head where not (select bool_or(sealed) from head)
), moved as (
  update log.head h set next = open.next + open.counted
  from open where h.topic = open.topic and h.partition = open.partition
), inserted as (
  insert into log.record (topic_id, partition, position, appended_at, key, workspace_id, id, type, v, at, data, sealed)
  select open.topic_id, open.partition, open.next + r.place, clock_timestamp(), r.key, r.workspace_id, r.id, r.type, r.v,
    to_timestamp(r.at / 1000), r.data, r.sealed
  from unnest($5::int[], $6::int[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::smallint[], $12::float8[],
    $13::json[], $14::bytea[]) as r(head, place, key, workspace_id, id, type, v, at, data, sealed)
  join open on open.n = r.head
)
select n, next, sealed from head`,
);

interface Placed {
  readonly n: number;
  readonly next: number;
  readonly sealed: boolean;
  readonly [column: string]: unknown;
}

interface Head {
  readonly topic: Topic;
  readonly partition: number;
  counted: number;
}

/** A record with the head it goes to (1-based) and its place after that head's `next`. */
interface Row {
  readonly record: Appendable;
  readonly head: number;
  readonly place: number;
}

/** The partition a record goes to. Throws when it has neither key nor partition, or the partition does not exist. */
export function destination(record: Appendable, topic: Topic): number {
  const partition = record.partition ?? (record.key === null ? -1 : partitionOf(record.key, topic.partitions));
  if (partition >= 0 && partition < topic.partitions) return partition;
  throw new Error(
    `record ${record.id} has neither a key nor a partition of ${record.topic} (${topic.partitions} there)`,
  );
}

/**
 * Appends all, durable when it resolves; answers in the order given. Rejects with SealedError, having appended nothing, when a
 * partition is sealed; with WorldError when the database is away.
 */
export async function insertRecords(
  pool: Pool,
  topicOf: (name: string) => Topic,
  records: readonly Appendable[],
): Promise<readonly Appended[]> {
  const { heads, rows } = arrange(records, topicOf);
  const { rows: placed } = await query<Placed>(pool, bind(APPEND, valuesOf(heads, rows)));
  const sealed = placed.filter((row) => row.sealed).map(({ n }) => heads[n - 1] as Head);
  if (sealed.length > 0)
    throw new SealedError(sealed.map(({ topic, partition }) => ({ topic: topic.name, partition })));
  const next = new Map(placed.map((row) => [row.n, row.next]));
  return rows.map((row) => {
    const { partition } = heads[row.head - 1] as Head;
    return { partition, position: (next.get(row.head) as number) + row.place };
  });
}

function arrange(
  records: readonly Appendable[],
  topicOf: (name: string) => Topic,
): { readonly heads: readonly Head[]; readonly rows: readonly Row[] } {
  const heads: Head[] = [];
  const numbers = new Map<string, number>();
  const rows = records.map((record) => {
    const topic = topicOf(record.topic);
    const partition = destination(record, topic);
    const name = `${topic.id}/${partition}`;
    const number = numbers.get(name) ?? heads.push({ topic, partition, counted: 0 });
    numbers.set(name, number);
    const head = heads[number - 1] as Head;
    head.counted += 1;
    return { record, head: number, place: head.counted - 1 };
  });
  return { heads, rows };
}

function valuesOf(heads: readonly Head[], rows: readonly Row[]): unknown[] {
  const of = <T>(value: (record: Appendable) => T): T[] => rows.map(({ record }) => value(record));
  return [
    heads.map(({ topic }) => topic.name),
    heads.map(({ topic }) => topic.id),
    heads.map(({ partition }) => partition),
    heads.map(({ counted }) => counted),
    rows.map(({ head }) => head),
    rows.map(({ place }) => place),
    of((record) => record.key),
    of((record) => record.workspaceId),
    of((record) => record.id),
    of((record) => record.type),
    of((record) => record.v),
    of((record) => record.at),
    of((record) => JSON.stringify(record.data)),
    of((record) => record.sealed),
  ];
}
