/** The queue of effects in Postgres: leases by SKIP LOCKED, fenced by the row's epoch, outcomes through the outbox. */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { LeasedEffect, TargetName } from '#engine/effects/effect.js';
import type { Shares } from '#engine/effects/places.js';
import type { EffectQueue, Pause, Settlement } from '#engine/effects/queue.js';
import type { Outbox } from '#engine/outbox/outbox.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { EFFECT_COLUMNS, type QueuedRow } from './effect-row.js';

// The end of a lease is the row's next due time: what a dead worker left becomes due like anything else. What waits behind an earlier
// one of its contact is put off, so that a long backlog of one contact is not looked through each time; the end of the earlier wakes it.
// Both rows are locked for that: an end that is being committed has already looked for whom to wake.
// Each workspace is looked at for itself, from one to the next in the index: the backlog of one hides nothing of another.
const LEASE = statement(
  'delivery.effect_queue.lease',
  `with recursive workspaces(id) as (
  (select workspace_id from delivery.effect_queue where target = $1 and state = 'queued' order by workspace_id limit 1)
  union all
  select (
    select n.workspace_id from delivery.effect_queue n
    where n.target = $1 and n.state = 'queued' and n.workspace_id > w.id order by n.workspace_id limit 1
  ) from workspaces w where w.id is not null
), allowed as (
  select w.id, coalesce(held.may, $9::int) as may from workspaces w
  left join unnest($7::uuid[], $8::int[]) as held(id, may) on held.id = w.id
  where w.id is not null and coalesce(held.may, $9::int) > 0
), looked as materialized (
  select q.effect_id, q.target, q.workspace_id, q.next_at, allowed.may, earlier.next_at as behind,
    earlier.effect_id as head from allowed
  cross join lateral (
    select d.effect_id, d.target, d.workspace_id, d.contact_id, d.version, d.next_at from delivery.effect_queue d
    where d.target = $1 and d.workspace_id = allowed.id and d.state = 'queued' and d.next_at <= now()
    order by d.next_at limit $5
  ) q
  left join lateral (
    select e.effect_id, e.next_at from delivery.effect_queue e
    where e.workspace_id = q.workspace_id and e.contact_id = q.contact_id and e.target = q.target
      and e.state = 'queued' and e.version < q.version
    order by e.version limit 1
  ) earlier on true
), ready as (
  select effect_id, target, next_at, may, row_number() over (partition by workspace_id order by next_at) as place
  from looked where behind is null
), due as (
  select q.effect_id, q.target from ready join delivery.effect_queue q using (effect_id, target)
  where ready.place <= ready.may and q.state = 'queued' and q.next_at <= now()
  order by ready.next_at limit $3
  for update of q skip locked
), leased as (
  update delivery.effect_queue q
  set owner = $2, epoch = q.epoch + 1, attempts = q.attempts + 1, next_at = now() + $4 * interval '1 ms'
  from due where q.effect_id = due.effect_id and q.target = due.target
  returning ${EFFECT_COLUMNS}
), waiting as (
  select q.effect_id, q.target, looked.behind from looked join delivery.effect_queue q using (effect_id, target)
  join delivery.effect_queue e on e.effect_id = looked.head and e.target = looked.target
  where looked.behind is not null and q.state = 'queued' and q.next_at = looked.next_at and e.state = 'queued'
  for update of q, e skip locked
), put_off as (
  update delivery.effect_queue q set next_at = greatest(waiting.behind, now() + $6 * interval '1 ms')
  from waiting where q.effect_id = waiting.effect_id and q.target = waiting.target
  returning 1
), full_looks as (
  select 1 from looked group by workspace_id having count(*) = $5
)
select leased.*, exists (select from full_looks) and p.count > 0 as more
from (select count(*) from put_off) p left join leased on true`,
);
const SETTLE = statement(
  'delivery.effect_queue.settle',
  `with ended as materialized (
  select q.effect_id, q.target, u.state, u.reason from delivery.effect_queue q
  join unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[])
    as u(effect_id, target, workspace_id, epoch, state, reason)
    on q.effect_id = u.effect_id and q.target = u.target and q.workspace_id = u.workspace_id
  where q.epoch = u.epoch and q.state = 'queued'
  order by 1, 2 for update of q
)
update delivery.effect_queue q set state = ended.state, last_reason = ended.reason, owner = null, settled_at = now()
from ended where q.effect_id = ended.effect_id and q.target = ended.target
returning q.effect_id as "effectId", q.target`,
);
const WAKE = statement(
  'delivery.effect_queue.wake',
  `update delivery.effect_queue q set next_at = now()
from (
  select following.effect_id, following.target
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) as u(workspace_id, contact_id, target, version)
  cross join lateral (
    select n.effect_id, n.target from delivery.effect_queue n
    where n.workspace_id = u.workspace_id and n.contact_id = u.contact_id and n.target = u.target
      and n.state = 'queued' and n.version > u.version
    order by n.version limit 1
  ) following
  order by 1, 2
) next
where q.effect_id = next.effect_id and q.target = next.target and q.owner is null`,
);
const RETRY = statement(
  'delivery.effect_queue.retry',
  `update delivery.effect_queue
set next_at = least(now() + $5 * interval '1 ms', not_after), last_reason = $6, owner = null,
  attempts = attempts - $7
where effect_id = $1 and target = $2 and workspace_id = $3 and epoch = $4 and state = 'queued'`,
);

/** Due effects of a workspace that one statement looks at: it stays short however long the queue. */
export const LOOKED_AT_ONCE = 200;
/** Milliseconds after which what waits behind another is looked at again, should nobody have woken it. */
const PUT_OFF_MS = 60_000;

type LeasedRow = QueuedRow & { readonly more: boolean };

/** One outbox lane for all outcomes: the outcomes of a contact's effects reach it in the order they were settled. */
export const OUTCOME_LANE = 'delivery/0';

export class PostgresEffectQueue implements EffectQueue {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox<PoolClient>,
  ) {}

  async lease(
    target: TargetName,
    owner: string,
    limit: number,
    leaseMs: number,
    { of, others }: Shares = { of: new Map(), others: limit },
  ): Promise<readonly LeasedEffect[]> {
    const shares = [plainArray([...of.keys()]), plainArray([...of.values()]), others];
    for (;;) {
      const values = [target, owner, limit, leaseMs, LOOKED_AT_ONCE, PUT_OFF_MS, ...shares];
      const { rows } = await query<LeasedRow>(this.pool, bind(LEASE, values));
      const leased = rows.filter(({ effectId }) => effectId !== null).map(({ more: _, ...row }) => row);
      if (leased.length > 0 || rows[0]?.more !== true) return leased;
    }
  }

  settle(settlements: readonly Settlement[]): Promise<readonly Uuid[]> {
    return inTransaction(this.pool, async (tx) => {
      const { rows } = await query<{ effectId: Uuid; target: string }>(tx, bind(SETTLE, valuesOf(settlements)));
      const settled = new Set(rows.map(nameOf));
      const ended = settlements.filter(({ effect }) => settled.has(nameOf(effect)));
      await query(tx, bind(WAKE, placesOf(ended)));
      const outcomes = ended.flatMap(({ outcome }) => outcome ?? []);
      if (outcomes.length > 0) await this.outbox.enqueue(tx, OUTCOME_LANE, outcomes);
      return rows.map(({ effectId }) => effectId);
    });
  }

  async retry(effect: LeasedEffect, { afterMs, reason, counted }: Pause): Promise<boolean> {
    const { effectId, target, workspaceId, epoch } = effect;
    const { rowCount } = await query(
      this.pool,
      bind(RETRY, [effectId, target, workspaceId, epoch, afterMs, reason, counted ? 0 : 1]),
    );
    return rowCount === 1;
  }
}

const nameOf = ({ effectId, target }: { readonly effectId: Uuid; readonly target: string }) => `${effectId}/${target}`;

function placesOf(settlements: readonly Settlement[]): unknown[] {
  return [
    plainArray(settlements.map(({ effect }) => effect.workspaceId)),
    plainArray(settlements.map(({ effect }) => effect.contactId)),
    plainArray(settlements.map(({ effect }) => effect.target)),
    plainArray(settlements.map(({ effect }) => effect.version)),
  ];
}

function valuesOf(settlements: readonly Settlement[]): unknown[] {
  return [
    plainArray(settlements.map(({ effect }) => effect.effectId)),
    plainArray(settlements.map(({ effect }) => effect.target)),
    plainArray(settlements.map(({ effect }) => effect.workspaceId)),
    plainArray(settlements.map(({ effect }) => effect.epoch)),
    plainArray(settlements.map(({ state }) => state)),
    plainArray(settlements.map(({ reason }) => reason)),
  ];
}
