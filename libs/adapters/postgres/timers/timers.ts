/** Timers in Postgres: what is due leaves the table in the transaction that puts its input into the outbox. */
import type { Pool, PoolClient } from 'pg';
import type { ArmedTimer } from '#engine/decision/store.js';
import { FencedError } from '#engine/log/errors.js';
import type { Outbox } from '#engine/outbox/outbox.js';
import { type Due, TIMERS_LANE, type TimerFence, type Timers, type ToInput } from '#engine/timers/timers.js';
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
)
select workspace_id as "workspaceId", contact_id as "contactId", purpose, due_at as "dueAt"
from fired order by due_at, workspace_id, contact_id, purpose`,
);

/** Milliseconds: before anything is due. */
const EVER = Date.UTC(1, 0, 1);

/** Puts records into an outbox lane, in the transaction. */
type Enqueue = Outbox<PoolClient>['enqueue'];

export class PostgresTimers implements Timers {
  /** `leaseMs`: how long a process that says nothing is waited for; default 10,000. */
  constructor(
    private readonly pool: Pool,
    private readonly enqueue: Enqueue,
    private readonly leaseMs = 10_000,
  ) {}

  async take(owner: string): Promise<TimerFence | null> {
    const { rows } = await query<{ epoch: number }>(this.pool, bind(TAKE, [owner, this.leaseMs]));
    return rows[0] ?? null;
  }

  async fire({ epoch }: TimerFence, due: Due, most: number, toInput: ToInput): Promise<number> {
    return inTransaction(this.pool, async (tx) => {
      await tx.query('set local enable_seqscan = off');
      if ((await query(tx, bind(RENEW, [epoch, this.leaseMs]))).rowCount === 0)
        throw new FencedError(`timers are fired by another process since epoch ${epoch}`);
      const { of = null, open = [] } = due.partitions ?? {};
      const values = [due.after ?? EVER, due.until, most, of, plainArray([...open])];
      const fired = (await query<ArmedTimer & Record<string, unknown>>(tx, bind(FIRE, values))).rows;
      await this.enqueue(tx, TIMERS_LANE, fired.map(toInput));
      return fired.length;
    });
  }

  async release({ epoch }: TimerFence): Promise<void> {
    await query(this.pool, bind(RELEASE, [epoch]));
  }
}
