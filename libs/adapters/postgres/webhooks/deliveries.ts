/** What a subscription was told, or is to be told: listed with the attempts at it, told again on demand. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { targetOf } from '#engine/webhooks/subscription.js';
import { micros, timeOf } from '../micros.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const ATTEMPTS_SHOWN = 10;

const LIST = statement(
  'delivery.effect_queue.of_target',
  `select q.effect_id as "id", q.contact_id as "contactId", q.version, q.state, q.attempts, q.last_reason as reason, q.next_at as "nextAt",
  q.not_after as "notAfter", q.created_at as "createdAt", q.settled_at as "settledAt",
  ${micros('q.created_at')} as "createdMicros", a.tries
from delivery.effect_queue q
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'status', t.status, 'reason', t.reason, 'tookMs', t.took_ms) order by t.at), '[]')
    as tries
  from (
    select * from delivery.webhook_attempt t
    where t.webhook_id = $7 and t.effect_id = q.effect_id and t.at >= q.created_at order by t.at desc limit $6
  ) t
) a
where q.target = $2 and q.workspace_id = $1 and q.kind = 'contact.changed'
  and ($3::bigint is null or (q.created_at, q.effect_id) < (${timeOf('$3')}, $4::uuid))
  and ($8::text is null or q.state = $8)
order by q.created_at desc, q.effect_id desc limit $5`,
);
// The epoch rises, so that a worker which still believes in an old lease writes nothing. It gets its time anew, for a person asked.
const AGAIN = statement(
  'delivery.effect_queue.tell_again',
  `update delivery.effect_queue
set state = 'queued', attempts = 0, next_at = now(), epoch = epoch + 1, owner = null, settled_at = null,
  not_after = greatest(not_after, now() + $4 * interval '1 hour')
where workspace_id = $1 and target = $2 and effect_id = $3 and state in ('delivered', 'dead', 'expired', 'discarded')`,
);

export type DeliveryState = 'queued' | 'delivered' | 'dead' | 'expired' | 'discarded';

/** Times in milliseconds. */
export interface WebhookDelivery {
  readonly id: Uuid;
  readonly contactId: Uuid;
  readonly version: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Code of the last failure. */
  readonly reason: string | null;
  readonly nextAt: number;
  readonly notAfter: number;
  readonly createdAt: number;
  /** Microseconds. */
  readonly createdMicros: number;
  readonly settledAt: number | null;
  /** The last ten, oldest first; `at` as ISO 8601. */
  readonly tries: readonly {
    readonly at: string;
    readonly status: number | null;
    readonly reason: string | null;
    readonly tookMs: number;
  }[];
}

export interface DeliveryPage {
  readonly state: DeliveryState | null;
  /** createdMicros and id of the last one of the page before. */
  readonly after: readonly [number, Uuid] | null;
  readonly limit: number;
}

/** Newest first. */
export async function webhookDeliveries(
  pool: Pool,
  workspaceId: Uuid,
  webhookId: Uuid,
  { state, after, limit }: DeliveryPage,
): Promise<readonly WebhookDelivery[]> {
  const [at, id] = after ?? [null, null];
  const values = [workspaceId, targetOf(webhookId), at, id, limit, ATTEMPTS_SHOWN, webhookId, state];
  return (await query<WebhookDelivery & Record<string, unknown>>(pool, bind(LIST, values))).rows;
}

/** Due at once, under the id it had. False when it waits already, or there is none. */
export async function tellAgain(
  pool: Pool,
  workspaceId: Uuid,
  webhookId: Uuid,
  { deliveryId, hours }: { readonly deliveryId: Uuid; readonly hours: number },
): Promise<boolean> {
  return (await query(pool, bind(AGAIN, [workspaceId, targetOf(webhookId), deliveryId, hours]))).rowCount === 1;
}
