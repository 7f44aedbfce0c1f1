/** `on: owner_changed`: the contact is another salesperson's. */
import { changeShape } from '../condition/event-shape.js';
import type { TriggerKind } from './trigger.js';

export const ownerChanged: TriggerKind = {
  kind: 'owner_changed',
  argument: 'none',
  example: 'on: owner_changed',
  read: () => ({
    type: 'owner_changed',
    text: 'the owner changes',
    event: changeShape(['type', 'rule', 'before', 'after']),
    terms: [],
    matches: () => true,
  }),
};
