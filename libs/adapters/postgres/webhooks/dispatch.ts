/** From the changes feed to the queue: each subscription from its own place on, in one transaction with moving the place. */
import type { Pool, PoolClient } from 'pg';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { CONTACT_CHANGED } from '#engine/effects/effect.js';
import { type ChangeFilter, passes } from '#engine/webhooks/filter.js';
import { targetOf } from '#engine/webhooks/subscription.js';
import { type FeedChange, readChanges } from '../feed/read.js';
import { jsonArray, plainArray, timeArray } from '../read-models/array-literal.js';
import { contactsById } from '../read-models/queries/contacts.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

const BEHIND = statement(
  'registry.webhook.behind',
  `select w.id, w.workspace_id as "workspaceId" from registry.webhook w
join feed.head h on h.workspace_id = w.workspace_id
where w.state = 'active' and w.position < h.position
order by w.id`,
);
const TAKE = statement(
  'registry.webhook.take',
  `select filter, retry_hours as "retryHours", position, mark from registry.webhook
where workspace_id = $1 and id = $2 and state = 'active' for update skip locked`,
);
const WAITING = statement(
  'delivery.effect_queue.waiting_of_target',
  `select count(*) as count from (
  select from delivery.effect_queue where target = $1 and state = 'queued' limit $2
) q`,
);
// Whole milliseconds, as cursors of lists carry them.
const PUT = statement(
  'delivery.effect_queue.put_changes',
  `insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed, created_at)
select u.effect_id, $1, $2, u.contact_id, u.version, $3, u.not_after, u.event_id, u.data, '', date_trunc('milliseconds', now())
from unnest($4::uuid[], $5::uuid[], $6::integer[], $7::timestamptz[], $8::uuid[], $9::jsonb[])
  as u(effect_id, contact_id, version, not_after, event_id, data)
on conflict do nothing`,
);
const MOVE = statement(
  'registry.webhook.move',
  'update registry.webhook set position = $3, mark = $4 where workspace_id = $1 and id = $2',
);
const DISABLE = statement(
  'registry.webhook.disable',
  `update registry.webhook set state = 'disabled', disabled_reason = $3, version = version + 1, updated_at = now()
where workspace_id = $1 and id = $2`,
);

const AT_ONCE = 500;
/** With so many waiting, the feed itself is the queue. */
const MOST_WAITING = 2_000;
const HOUR_MS = 3_600_000;

interface Taken extends Record<string, unknown> {
  readonly filter: ChangeFilter;
  readonly retryHours: number;
  readonly position: number;
  readonly mark: string;
}

interface Subscription {
  readonly id: Uuid;
  readonly workspaceId: Uuid;
}

/** Dispatches once for each subscription that is behind. Answers whether anything was put into the queue. Rejects with WorldError. */
export async function dispatchChanges(pool: Pool): Promise<boolean> {
  let put = 0;
  const { rows } = await query<Subscription & Record<string, unknown>>(pool, bind(BEHIND, []));
  for (const one of rows) put += await inTransaction(pool, (tx) => dispatch(pool, tx, one));
  return put > 0;
}

/** What is read is committed already, so it may be read on another connection than the one that holds the subscription. */
async function dispatch(pool: Pool, tx: PoolClient, { id, workspaceId }: Subscription): Promise<number> {
  const taken = (await tx.query<Taken>(bind(TAKE, [workspaceId, id]))).rows[0];
  if (taken === undefined) return 0;
  const { rows: waiting } = await tx.query<{ count: number }>(bind(WAITING, [targetOf(id), MOST_WAITING]));
  if ((waiting[0]?.count ?? 0) >= MOST_WAITING) return 0;
  const page = await readChanges(pool, workspaceId, { position: taken.position, mark: taken.mark }, AT_ONCE);
  if (page.state !== 'read') {
    await tx.query(bind(DISABLE, [workspaceId, id, 'changes_expired']));
    return 0;
  }
  const told = await passing(pool, workspaceId, taken.filter, page.changes);
  if (told.length > 0) await tx.query(bind(PUT, valuesOf({ id, workspaceId }, taken.retryHours, told)));
  await tx.query(bind(MOVE, [workspaceId, id, page.next.position, page.next.mark]));
  return told.length;
}

async function passing(
  pool: Pool,
  workspaceId: Uuid,
  filter: ChangeFilter,
  changes: readonly FeedChange[],
): Promise<readonly FeedChange[]> {
  const ids = changes.map(({ contactId }) => contactId);
  const contacts = await contactsById(pool, workspaceId, ids);
  return changes.filter(({ contactId, event }) =>
    passes(filter, { changed: event?.changed ?? null, contact: contacts.get(contactId) ?? null }),
  );
}

function valuesOf({ id, workspaceId }: Subscription, retryHours: number, changes: readonly FeedChange[]): unknown[] {
  const effectIds = changes.map(({ place }) => deriveId(CONTACT_CHANGED, id, place.position));
  return [
    targetOf(id),
    workspaceId,
    CONTACT_CHANGED,
    plainArray(effectIds),
    plainArray(changes.map(({ contactId }) => contactId)),
    plainArray(changes.map(({ version }) => version)),
    timeArray(changes.map(({ fedAt }) => fedAt + retryHours * HOUR_MS)),
    plainArray(changes.map(({ event }, index) => event?.eventId ?? (effectIds[index] as Uuid))),
    jsonArray(
      changes.map(({ place, fedAt }) => ({ by: { engine: true }, requestedAt: fedAt, position: place.position })),
    ),
  ];
}
