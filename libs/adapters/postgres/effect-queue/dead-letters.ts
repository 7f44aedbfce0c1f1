/** Effects that were refused for good or tried too often: listed, shown, replayed, discarded by people. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { EffectData, TargetName } from '#engine/effects/effect.js';
import { micros, timeOf } from '../micros.js';
import { bind, type Statement, statement } from '../statement.js';
import { query } from '../transaction.js';

const COLUMNS = `effect_id as "effectId", target, contact_id as "contactId", kind, not_after as "notAfter", data, attempts,
  last_reason as "reason", created_at as "createdAt", settled_at as "settledAt"`;

// Changes that a subscription did not take are shown with it, and have nothing sealed.
const OURS = "kind <> 'contact.changed'";

const LIST = statement(
  'delivery.effect_queue.dead',
  `select ${COLUMNS}, ${micros('settled_at')} as "settledMicros" from delivery.effect_queue
where workspace_id = $1 and state = 'dead' and ${OURS}
  and ($2::bigint is null or (settled_at, effect_id, target) < (${timeOf('$2')}, $3::uuid, $4))
order by settled_at desc, effect_id desc, target desc limit $5`,
);
const SHOW = statement(
  'delivery.effect_queue.dead_one',
  `select ${COLUMNS}, event_id as "eventId", sealed from delivery.effect_queue
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and ${OURS}`,
);
// The epoch rises, so that a worker which still believes in an old lease writes nothing.
const REPLAY = statement(
  'delivery.effect_queue.replay',
  `update delivery.effect_queue
set state = 'queued', attempts = 0, next_at = now(), epoch = epoch + 1, settled_at = null
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and ${OURS}`,
);
const DISCARD = statement(
  'delivery.effect_queue.discard',
  `update delivery.effect_queue set state = 'discarded'
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and ${OURS}`,
);

/** Times in milliseconds. */
export interface DeadLetter {
  readonly effectId: Uuid;
  readonly target: TargetName;
  readonly contactId: Uuid;
  readonly kind: string;
  readonly notAfter: number;
  readonly data: EffectData;
  readonly attempts: number;
  /** A code: `http_410`, `timeout`, `erased`, … */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly settledAt: number;
}

/** One of a list; microseconds of settledAt, effectId and target are where the next page begins. */
export interface ListedDeadLetter extends DeadLetter {
  readonly settledMicros: number;
}

export type DeadLetterCursor = readonly [settledMicros: number, effectId: Uuid, target: string];

export function deadLetterCursor({ settledMicros, effectId, target }: ListedDeadLetter): DeadLetterCursor {
  return [settledMicros, effectId, target];
}

export interface SealedDeadLetter extends DeadLetter {
  readonly eventId: Uuid;
  /** `{to, title, body}` under the contact's key, bound to `eventId`. */
  readonly sealed: Buffer;
}

export interface DeadLetterRef {
  readonly workspaceId: Uuid;
  readonly effectId: Uuid;
  readonly target: string;
}

/** Newest first. `after`: the cursor of the last one of the page before. */
export async function deadLetters(
  pool: Pool,
  workspaceId: Uuid,
  page: { readonly after: DeadLetterCursor | null; readonly limit: number },
): Promise<readonly ListedDeadLetter[]> {
  const values = [workspaceId, ...(page.after ?? [null, null, null]), page.limit];
  return (await query<ListedDeadLetter & Record<string, unknown>>(pool, bind(LIST, values))).rows;
}

export async function deadLetter(pool: Pool, ref: DeadLetterRef): Promise<SealedDeadLetter | null> {
  const { rows } = await query<SealedDeadLetter & Record<string, unknown>>(pool, bind(SHOW, valuesOf(ref)));
  return rows[0] ?? null;
}

/** Due at once, with all its attempts again; past its notAfter it ends as expired. False when there is no such dead letter. */
export function replayDeadLetter(pool: Pool, ref: DeadLetterRef): Promise<boolean> {
  return changed(pool, REPLAY, ref);
}

/** Out of the list for good; the record keeps that it was never delivered. False when there is no such dead letter. */
export function discardDeadLetter(pool: Pool, ref: DeadLetterRef): Promise<boolean> {
  return changed(pool, DISCARD, ref);
}

async function changed(pool: Pool, how: Statement, ref: DeadLetterRef): Promise<boolean> {
  return (await query(pool, bind(how, valuesOf(ref)))).rowCount === 1;
}

function valuesOf({ workspaceId, effectId, target }: DeadLetterRef): unknown[] {
  return [workspaceId, effectId, target];
}
