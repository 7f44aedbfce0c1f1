/** Subscriptions with something due, so that only they have a worker at it; and those that were disabled, for readiness. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const DUE = statement(
  'registry.webhook.due',
  `select w.id from registry.webhook w
where w.state = 'active' and (w.hold_until is null or w.hold_until <= now()) and exists (
  select from delivery.effect_queue q where q.target = 'webhook:' || w.id and q.state = 'queued' and q.next_at <= now())
order by w.id`,
);
const DISABLED = statement(
  'registry.webhook.disabled',
  `select w.name, s.name as workspace, w.disabled_reason as reason from registry.webhook w
join registry.workspace s on s.id = w.workspace_id
where w.state = 'disabled' order by w.updated_at desc limit 20`,
);
const TRIM = statement('delivery.webhook_attempt.trim', 'delete from delivery.webhook_attempt where at < $1');

/** Rejects with WorldError, as the others do. */
export async function dueWebhooks(pool: Pool): Promise<readonly Uuid[]> {
  return (await query<{ id: Uuid }>(pool, bind(DUE, []))).rows.map(({ id }) => id);
}

export interface DisabledWebhook {
  readonly name: string;
  readonly workspace: string;
  readonly reason: string | null;
}

/** The 20 that were disabled last. */
export async function disabledWebhooks(pool: Pool): Promise<readonly DisabledWebhook[]> {
  return (await query<DisabledWebhook & Record<string, unknown>>(pool, bind(DISABLED, []))).rows;
}

/** Attempts are for people who look why something did not come: `before` in milliseconds. */
export async function trimAttempts(pool: Pool, before: number): Promise<void> {
  await query(pool, bind(TRIM, [new Date(before)]));
}
