/** Checkpoints in Postgres: fence and position in one row, moved in the transaction of the effects. */
import type { Pool, PoolClient } from 'pg';
import type { CheckpointRow, Checkpoints, Taken } from '#engine/log/checkpoints.js';
import { FencedError, InvariantError } from '#engine/log/errors.js';
import type { Fence } from '#engine/log/log.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const ROW = 'consumer_group = $1 and topic = $2 and partition = $3';

// A row that a batch has locked is that batch's still, whatever its lease says: waiting for it would hold up the heartbeat.
const TAKE = statement(
  'log.checkpoint.take',
  `
with free as (
  select 1 from log.checkpoint where ${ROW} and (owner is null or owner = $4 or leased_until < clock_timestamp())
  for update skip locked
), taken as (
  update log.checkpoint
  set epoch = epoch + 1, tries = tries + 1, owner = $4, leased_until = clock_timestamp() + $5 * interval '1 ms'
  where ${ROW} and exists (select from free)
  returning epoch, next, tries, cautious_until, reached
), first as (
  insert into log.checkpoint (consumer_group, topic, partition, epoch, tries, owner, leased_until)
  select $1, $2, $3, 1, 1, $4, clock_timestamp() + $5 * interval '1 ms'
  where not exists (select from log.checkpoint where ${ROW})
  on conflict do nothing
  returning epoch, next, tries, cautious_until, reached
)
select * from taken union all select * from first`,
);
const FORGIVE = statement(
  'log.checkpoint.forgive',
  `update log.checkpoint set tries = greatest(tries - 1, 0) where ${ROW} and epoch = $4`,
);
// A row that a batch has locked just now is renewed by that batch: waiting for it would hold up the heartbeat.
const RENEW = statement(
  'log.checkpoint.renew',
  `
with held as (
  select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[]) with ordinality as h(g, t, p, e, n)
), locked as (
  select c.consumer_group, c.topic, c.partition from log.checkpoint c
  join held on c.consumer_group = g and c.topic = t and c.partition = p and c.epoch = e
  order by 1, 2, 3 for update of c skip locked
), renewed as (
  update log.checkpoint c set leased_until = clock_timestamp() + $5 * interval '1 ms'
  from locked l where (c.consumer_group, c.topic, c.partition) = (l.consumer_group, l.topic, l.partition)
)
select h.n from held h
left join log.checkpoint c on c.consumer_group = g and c.topic = t and c.partition = p
where c.epoch is distinct from h.e`,
);
const RELEASE = statement(
  'log.checkpoint.release',
  `update log.checkpoint set owner = null, leased_until = null where ${ROW} and epoch = $4`,
);
const SHRINK = statement(
  'log.checkpoint.shrink',
  `update log.checkpoint set cautious_until = $5, tries = 0 where ${ROW} and epoch = $4`,
);
const ADVANCE = statement(
  'log.checkpoint.advance',
  `
update log.checkpoint
set next = $6, tries = 0, leased_until = clock_timestamp() + $7 * interval '1 ms', reached = coalesce($8, reached)
where ${ROW} and epoch = $4 and next = $5`,
);
const FIND = statement('log.checkpoint.find', `select epoch, next from log.checkpoint where ${ROW}`);
const LIST = statement(
  'log.checkpoint.list',
  `
select partition, next, case when leased_until > clock_timestamp() then owner end as owner
from log.checkpoint where consumer_group = $1 and topic = $2 order by partition`,
);

interface TakenRow {
  readonly epoch: number;
  readonly next: number;
  readonly tries: number;
  readonly cautious_until: number;
  readonly reached: number;
}

export class PostgresCheckpoints implements Checkpoints<PoolClient> {
  readonly #pool: Pool;
  readonly #leaseMs: number;

  /** `leaseMs`: how long an owner that says nothing keeps its partition; default 10,000. */
  constructor(pool: Pool, leaseMs = 10_000) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
  }

  async take(group: string, topic: string, partition: number, owner: string): Promise<Taken | null> {
    const { rows } = await query<TakenRow>(this.#pool, bind(TAKE, [group, topic, partition, owner, this.#leaseMs]));
    const row = rows[0];
    if (!row) return null;
    const { epoch, next, tries, cautious_until: cautiousUntil, reached } = row;
    return { fence: { group, topic, partition, epoch }, next, tries, cautiousUntil, reached };
  }

  async forgive(fence: Fence): Promise<void> {
    await query(this.#pool, bind(FORGIVE, placeOf(fence)));
  }

  async renew(fences: readonly Fence[]): Promise<readonly Fence[]> {
    const column = <K extends keyof Fence>(name: K) => fences.map((fence) => fence[name]);
    const values = [column('group'), column('topic'), column('partition'), column('epoch'), this.#leaseMs];
    const { rows } = await query<{ n: number }>(this.#pool, bind(RENEW, values));
    return rows.flatMap(({ n }) => fences[n - 1] ?? []);
  }

  async release(fence: Fence): Promise<void> {
    await query(this.#pool, bind(RELEASE, placeOf(fence)));
  }

  async shrink(fence: Fence, until: number): Promise<void> {
    const { rowCount } = await query(this.#pool, bind(SHRINK, [...placeOf(fence), until]));
    if (rowCount === 0) throw fenced(fence);
  }

  pass(fence: Fence, expected: number, next: number): Promise<void> {
    return inTransaction(this.#pool, (tx) => this.advance(tx, fence, expected, next));
  }

  async advance(tx: PoolClient, fence: Fence, expected: number, next: number): Promise<void> {
    const values = [...placeOf(fence), expected, next, this.#leaseMs, fence.reached ?? null];
    const { rowCount } = await query(tx, bind(ADVANCE, values));
    if (rowCount === 1) return;
    const { rows } = await query<{ epoch: number; next: number }>(tx, bind(FIND, placeOf(fence).slice(0, 3)));
    const row = rows[0];
    if (row?.epoch !== fence.epoch) throw fenced(fence);
    throw new InvariantError(`${nameOf(fence)} stands at ${row.next} under our own epoch, not at ${expected}`);
  }

  async list(group: string, topic: string): Promise<readonly CheckpointRow[]> {
    return (await query<CheckpointRow & Record<string, unknown>>(this.#pool, bind(LIST, [group, topic]))).rows;
  }
}

function placeOf({ group, topic, partition, epoch }: Fence): unknown[] {
  return [group, topic, partition, epoch];
}

function nameOf({ group, topic, partition }: Fence): string {
  return `${group} ${topic}/${partition}`;
}

function fenced(fence: Fence): FencedError {
  return new FencedError(`${nameOf(fence)} was taken by another owner after epoch ${fence.epoch}`);
}
