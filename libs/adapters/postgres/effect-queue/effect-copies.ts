/** Requested effects into the queue, in the transaction that moves the checkpoint. */
import type { Pool, PoolClient } from 'pg';
import type { LogRecord } from '#contracts/record.js';
import type { RequestedEffect } from '#engine/effects/effect.js';
import type { EffectCopies } from '#engine/effects/queue.js';
import type { Checkpoints } from '#engine/log/checkpoints.js';
import type { Fence } from '#engine/log/log.js';
import { Blob } from '../event-store/blob.js';
import { setAside } from '../parked/set-aside.js';
import { jsonArray, plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const COPY = statement(
  'delivery.effect_queue.copy',
  `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed)
select u.effect_id, t.target, u.workspace_id, u.contact_id, u.version, u.kind, to_timestamp(u.not_after / 1000), u.event_id, u.data,
  substring($9::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::float8[], $7::uuid[], $8::jsonb[], $10::int[], $11::int[])
  as u(effect_id, workspace_id, contact_id, version, kind, not_after, event_id, data, at, size)
cross join lateral (
  select 'inbox' as target where u.kind = 'notify'
  union all
  select 'unattended' where u.kind <> 'notify'
  union all
  select 'webhook' from registry.outgoing_webhook w
  where u.kind = 'notify' and w.workspace_id = u.workspace_id and w.state = 'active'
) t
order by 1, 2
on conflict do nothing`,
);

export class PostgresEffectCopies implements EffectCopies {
  constructor(
    private readonly pool: Pool,
    private readonly checkpoints: Pick<Checkpoints<PoolClient>, 'advance'>,
  ) {}

  copy(fence: Fence, first: number, next: number, effects: readonly RequestedEffect[]): Promise<void> {
    return inTransaction(this.pool, async (tx) => {
      await this.checkpoints.advance(tx, fence, first, next);
      if (effects.length > 0) await query(tx, bind(COPY, valuesOf(effects)));
    });
  }

  setAside(fence: Fence, first: number, next: number, records: readonly LogRecord[]): Promise<void> {
    return inTransaction(this.pool, async (tx) => {
      await this.checkpoints.advance(tx, fence, first, next);
      await setAside(tx, records);
    });
  }
}

function valuesOf(effects: readonly RequestedEffect[]): unknown[] {
  const of = (name: keyof RequestedEffect): string =>
    plainArray(effects.map((effect) => effect[name] as string | number));
  return [
    ...[of('effectId'), of('workspaceId'), of('contactId'), of('version'), of('kind'), of('notAfter'), of('eventId')],
    jsonArray(effects.map(({ data }) => ({ ...data }))),
    ...Blob.of(effects, (effect) => effect.sealed),
  ];
}
