/** read.effect: what an action asked of the world, why, and what became of it. Pure. */
import type { EffectOutcome, EffectRow } from '#contracts/read-models.js';
import { type OpenedEvent, ruleOf } from './opened-event.js';

/** The row after the event; null for other events and for an outcome of an effect that is not on record. */
export function projectEffect(row: EffectRow | null, event: OpenedEvent): EffectRow | null {
  if (event.type === 'effect_requested') return row ?? requested(event);
  if (event.type !== 'effect_outcome_recorded' || row === null) return null;
  const outcome: EffectOutcome = {
    outcome: event.data.outcome,
    at: event.occurredAt,
    attempts: event.data.attempts,
    reason: event.data.reason ?? null,
    detail: event.pii?.detail ?? null,
    eventId: event.id,
  };
  const state = row.state === 'delivered' ? 'delivered' : outcome.outcome;
  return { ...row, state, outcomes: { ...row.outcomes, [event.data.target]: outcome } };
}

function requested(event: OpenedEvent & { readonly type: 'effect_requested' }): EffectRow {
  return {
    workspaceId: event.workspaceId,
    effectId: event.data.effectId,
    contactId: event.contactId,
    version: event.version,
    eventId: event.id,
    causeEventId: event.causationId,
    correlationId: event.correlationId,
    kind: event.data.kind,
    ...ruleOf(event.data.by),
    requestedAt: event.recordedAt,
    notAfter: event.data.notAfter,
    recipient: event.pii?.to ?? null,
    title: event.pii?.title ?? null,
    body: event.pii?.body ?? null,
    state: 'requested',
    outcomes: {},
  };
}

export function eraseEffect(row: EffectRow): EffectRow {
  const outcomes: Record<string, EffectOutcome> = {};
  for (const [target, outcome] of Object.entries(row.outcomes)) outcomes[target] = { ...outcome, detail: null };
  return { ...row, recipient: null, title: null, body: null, outcomes };
}
