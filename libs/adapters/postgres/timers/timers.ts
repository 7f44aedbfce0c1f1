/** Timers in Postgres: what is due leaves the table in the statement that puts it into the outbox lane of what fired. */
import type { Pool, PoolClient } from 'pg';
import { FencedError } from '#engine/log/errors.js';
import { type Due, type Firing, TIMERS_LANE, type TimerFence, type Timers } from '#engine/timers/timers.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const TAKE = statement(
  'engine.timer_firing.take',
  `update engine.timer_firing set epoch = epoch + 1, owner = $1, leased_until = clock_timestamp() + $2 * interval '1 ms'
where owner is null or owner = $1 or leased_until < clock_timestamp()
returning epoch`,
);
const RENEW = statement(
  'engine.timer_firing.renew',
  `update engine.timer_firing set leased_until = clock_timestamp() + $2 * interval '1 ms' where epoch = $1 returning epoch`,
);
const RELEASE = statement(
  'engine.timer_firing.release',
  'update engine.timer_firing set owner = null, leased_until = null where epoch = $1',
);

const PARTITION = `(('x' || left(contact_id::text, 8))::bit(32)::bigint % $4)::int`;
// Rows by place: one look-up each, whatever the table holds. One that a decision moves just now is left to the next look.
const FIRE = statement(
  'engine.timer.fire',
  `with due as materialized (
  select ctid from engine.timer
  where due_at > to_timestamp($1::float8 / 1000) and due_at <= to_timestamp($2::float8 / 1000)
    and ($4::int is null or ${PARTITION} = any($5::int[]))
  order by due_at limit $3 for update skip locked
), fired as (
  delete from engine.timer where ctid = any(array(select ctid from due))
  returning workspace_id, contact_id, purpose, due_at
), lane as (
  insert into log.outbox_lane as l (lane, next) select $6, count(*) from due having count(*) > 0
  on conflict (lane) do update set next = l.next + excluded.next
  returning l.next - (select count(*) from due) - 1 as before
)
insert into engine.timer_fired (position, workspace_id, contact_id, purpose, due_at, topic, at)
select lane.before + row_number() over (order by due_at, workspace_id, contact_id, purpose), workspace_id, contact_id, purpose, due_at,
  $7, to_timestamp($8::float8 / 1000)
from lane, fired`,
);

/** Milliseconds: before anything is due. */
const EVER = Date.UTC(1, 0, 1);

export class PostgresTimers implements Timers {
  /** `leaseMs`: how long a process that says nothing is waited for; default 10,000. */
  constructor(
    private readonly pool: Pool,
    private readonly leaseMs = 10_000,
  ) {}

  async take(owner: string): Promise<TimerFence | null> {
    const { rows } = await query<{ epoch: number }>(this.pool, bind(TAKE, [owner, this.leaseMs]));
    return rows[0] ?? null;
  }

  async fire({ epoch }: TimerFence, due: Due, most: number, firing: Firing): Promise<number> {
    return inTransaction(this.pool, async (tx) => {
      await tx.query('set local enable_seqscan = off');
      if ((await query(tx, bind(RENEW, [epoch, this.leaseMs]))).rowCount === 0)
        throw new FencedError(`timers are fired by another process since epoch ${epoch}`);
      return this.claim(tx, due, most, firing);
    });
  }

  /** Out of the table and into the lane, in the transaction that holds the right to it. Answers how many. */
  async claim(tx: PoolClient, { after, until, partitions }: Due, most: number, { topic, at }: Firing): Promise<number> {
    const { of = null, open = [] } = partitions ?? {};
    const which = [after ?? EVER, until, most, of, plainArray([...open])];
    return (await query(tx, bind(FIRE, [...which, TIMERS_LANE, topic, at]))).rowCount ?? 0;
  }

  async release({ epoch }: TimerFence): Promise<void> {
    await query(this.pool, bind(RELEASE, [epoch]));
  }
}
