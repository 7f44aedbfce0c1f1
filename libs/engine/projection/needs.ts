/** Which rows must be loaded before events can be folded. */

import { type ContactRef, contactKey, type EffectRef, effectKey, inKeyOrder } from './keys.js';
import type { OpenedEvent } from './opened-event.js';
import type { Needs } from './store.js';
import { suppressionConcerned } from './suppression.js';

/** In key order, each key once. */
export function needsOf(events: readonly OpenedEvent[]): Needs {
  const contacts = new Map<string, ContactRef>();
  const suppressionsOf = new Map<string, ContactRef>();
  const effects = new Map<string, EffectRef>();
  const notifications = new Map<string, EffectRef>();
  for (const event of events) {
    const { workspaceId, contactId } = event;
    const key = contactKey(event);
    if (!contacts.has(key)) contacts.set(key, { workspaceId, contactId });
    if (suppressionConcerned(event) !== null || event.type === 'merged')
      suppressionsOf.set(key, { workspaceId, contactId });
    switch (event.type) {
      case 'effect_requested':
      case 'effect_outcome_recorded':
        add(effects, { workspaceId, effectId: event.data.effectId });
        break;
      default:
    }
    if (
      event.type === 'effect_outcome_recorded' ||
      event.type === 'notification_taken' ||
      event.type === 'notification_done'
    )
      add(notifications, { workspaceId, effectId: event.data.effectId });
  }
  return {
    contacts: inKeyOrder(contacts),
    suppressionsOf: inKeyOrder(suppressionsOf),
    effects: inKeyOrder(effects),
    notifications: inKeyOrder(notifications),
  };
}

function add(refs: Map<string, EffectRef>, ref: EffectRef): void {
  refs.set(effectKey(ref), ref);
}
