/** An effect on its way to one target. */
import type { EffectRequested } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';

/** `unattended`: of effects that nothing carries out yet. The last one: a subscription to changes, by its id. */
export type TargetName = 'inbox' | 'webhook' | 'unattended' | `webhook:${Uuid}`;

/** Told to subscriptions; it asks nothing of the contact, so its outcome is no input. */
export const CONTACT_CHANGED = 'contact.changed';

/** What stands in clear beside the sealed payload. */
export interface EffectData {
  readonly by: EffectRequested['data']['by'];
  /** Milliseconds: when it was decided. */
  readonly requestedAt: number;
  /** Of a change: where it stands in the feed. */
  readonly position?: number;
}

/** As the consumer copies it; one row a target is made of it. */
export interface RequestedEffect {
  readonly effectId: Uuid;
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  /** Of the requesting event: the order among effects of one contact. */
  readonly version: number;
  readonly kind: EffectRequested['data']['kind'] | typeof CONTACT_CHANGED;
  /** Milliseconds; past it the effect is expired. */
  readonly notAfter: number;
  readonly eventId: Uuid;
  readonly data: EffectData;
  /** The event's pii under the contact's key, bound to `eventId`; empty where the target reads what it tells. */
  readonly sealed: Buffer;
}

/** Leased to one worker: what it settles counts only while the row has this epoch. */
export interface LeasedEffect extends RequestedEffect {
  readonly target: TargetName;
  /** This one included. */
  readonly attempts: number;
  readonly epoch: number;
}

/** Opened, as a target sees it. `Content`: what it tells, personal data and all. */
export interface OpenedEffect<Content = EffectRequested['pii']> extends LeasedEffect {
  readonly pii: Content;
}
