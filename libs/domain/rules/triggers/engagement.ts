/** `on: clicked`, `on: custom.form_sent`: an engagement was recorded. */
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { ENGAGEMENT } from '../condition/event-shape.js';
import type { Trigger, TriggerKind } from './trigger.js';

const OWN_EVENT = /^custom\.[a-z0-9_.-]+$/;

export function onEngagement(type: string): Trigger {
  return { type, text: type, event: ENGAGEMENT, terms: [], matches: () => true };
}

export function isOwnEvent(type: string): boolean {
  return OWN_EVENT.test(type);
}

export const engagements: readonly TriggerKind[] = ENGAGEMENT_TYPES.map((kind) => ({
  kind,
  argument: 'none',
  example: `on: ${kind}`,
  read: () => onEngagement(kind),
}));
