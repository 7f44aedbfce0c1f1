/** read.notification: the inbox of sales. Pure. */
import type { EffectRow, NotificationRow } from '#contracts/read-models.js';
import type { OpenedEvent } from './opened-event.js';

/**
 * The row after the event; null for other events. An effect of kind notify becomes visible when its target `inbox` is delivered;
 * `effect`: the row of the effect that the event speaks of. Done stays done.
 */
export function projectNotification(
  row: NotificationRow | null,
  effect: EffectRow | null,
  event: OpenedEvent,
): NotificationRow | null {
  switch (event.type) {
    case 'effect_outcome_recorded':
      if (event.data.target !== 'inbox' || event.data.outcome !== 'delivered' || effect?.kind !== 'notify') return null;
      return row ?? opened(effect, event);
    case 'notification_taken':
      if (row === null || row.state !== 'open') return row;
      return { ...row, state: 'taken', takenBy: event.pii?.by ?? null, takenAt: event.recordedAt };
    case 'notification_done':
      if (row === null || row.state === 'done') return row;
      return { ...row, state: 'done', doneBy: event.pii?.by ?? null, doneAt: event.recordedAt };
    default:
      return null;
  }
}

function opened(effect: EffectRow, event: OpenedEvent): NotificationRow {
  const { workspaceId, effectId, contactId, title, body, recipient, rule, ruleVersion, requestedAt } = effect;
  return {
    workspaceId,
    effectId,
    contactId,
    state: 'open',
    title,
    body,
    recipient,
    rule,
    ruleVersion,
    requestedAt,
    openedAt: event.recordedAt,
    takenBy: null,
    takenAt: null,
    doneBy: null,
    doneAt: null,
  };
}

export function eraseNotification(row: NotificationRow): NotificationRow {
  return { ...row, title: null, body: null, recipient: null, takenBy: null, doneBy: null };
}
