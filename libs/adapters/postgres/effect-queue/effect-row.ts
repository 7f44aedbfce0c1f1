/** Rows of delivery.effect_queue. */
import type { EffectData, LeasedEffect, TargetName } from '#engine/effects/effect.js';

/** As EFFECT_COLUMNS selects it; times in milliseconds. */
export interface QueuedRow extends Omit<LeasedEffect, 'data'> {
  readonly data: EffectData;
  readonly target: TargetName;
}

/** Of a row named `q`. */
export const EFFECT_COLUMNS = `q.effect_id as "effectId", q.target, q.workspace_id as "workspaceId", q.contact_id as "contactId",
  q.version, q.kind, q.not_after as "notAfter", q.event_id as "eventId", q.data, q.sealed, q.attempts, q.epoch`;
