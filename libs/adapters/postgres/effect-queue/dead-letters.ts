/** Effects that were refused for good or tried too often: listed, shown, replayed, discarded by people. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { EffectData, TargetName } from '#engine/effects/effect.js';
import { bind, type Statement, statement } from '../statement.js';
import { query } from '../transaction.js';

const COLUMNS = `effect_id as "effectId", target, contact_id as "contactId", kind, not_after as "notAfter", data, attempts,
  last_reason as "reason", created_at as "createdAt", settled_at as "settledAt"`;
const FIRST_PAGE = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

// Changes that a subscription did not take are shown with it, and have nothing sealed.
const OURS = "kind <> 'contact.changed'";

const LIST = statement(
  'delivery.effect_queue.dead',
  `select ${COLUMNS} from delivery.effect_queue
where workspace_id = $1 and state = 'dead' and ${OURS} and (settled_at, effect_id) < ($2::timestamptz, $3::uuid)
order by settled_at desc, effect_id desc limit $4`,
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

/** Newest first. `after`: settledAt and effectId of the last one of the page before. */
export async function deadLetters(
  pool: Pool,
  workspaceId: Uuid,
  page: { readonly after: readonly [number, Uuid] | null; readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const [at, id] = page.after ? [new Date(page.after[0]), page.after[1]] : FIRST_PAGE;
  return (await query<DeadLetter & Record<string, unknown>>(pool, bind(LIST, [workspaceId, at, id, page.limit]))).rows;
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
