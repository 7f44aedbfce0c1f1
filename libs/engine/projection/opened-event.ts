/** A stored event as a projection sees it: opened, or without its personal part when the contact is erased. */
import type { By, ContactEvent, EventMeta, EventPlace } from '#contracts/contact-events.js';

/** `pii` is null where the event has none, and where the contact's key was destroyed. */
export type OpenedEvent<E extends ContactEvent = ContactEvent> = E extends ContactEvent
  ? Readonly<{ type: E['type']; v: E['v']; data: E['data']; pii: E['pii'] | null }> &
      EventMeta &
      Pick<EventPlace, 'lane' | 'position'>
  : never;

/** The rule, version and action that asked for it; nulls when a command or the engine did. */
export function ruleOf(by: By): { rule: string | null; ruleVersion: number | null; action: string | null } {
  return 'rule' in by
    ? { rule: by.rule, ruleVersion: by.version, action: by.action }
    : { rule: null, ruleVersion: null, action: null };
}
