/**
 * The canonical engagement: what every provider's webhook is normalised to.
 * Names and shapes here are stored (in `engagement_recorded`); they are never renamed.
 */
import type { Json, JsonObject } from './json.js';

/** The canonical types of the field; `custom.*` carries a company's own events. */
export const ENGAGEMENT_TYPES = [
  'processed',
  'delivered',
  'deferred',
  'soft_bounce',
  'hard_bounce',
  'dropped',
  'opened',
  'clicked',
  'unsubscribed',
  'resubscribed',
  'complaint',
  'subscription_change',
  'inbound',
  'unknown',
] as const;

export type EngagementType = (typeof ENGAGEMENT_TYPES)[number] | `custom.${string}`;

/** Who opened or clicked. `unknown` means the provider gives no signal; it does not mean human. */
export type Actor = 'human' | 'machine' | 'unknown';

/** Diagnostics of a bounce, where the provider tells them. */
export interface BounceDetail {
  readonly status?: string | null;
  readonly type?: string | null;
  readonly classification?: string | null;
  readonly [name: string]: Json | undefined;
}

/** Headers of an inbound message, and what else the provider says of it; the body is not kept. */
export interface InboundDetail {
  readonly from: string | null;
  readonly fromName: string | null;
  readonly subject: string | null;
  readonly rfcMessageId: string | null;
  readonly inReplyTo: string | null;
  readonly to?: string | null;
  readonly envelopeFrom?: string | null;
  readonly [name: string]: Json | undefined;
}

/**
 * One canonical event as a provider's normaliser gives it, before it has a key.
 * `occurredAt` is ISO 8601 in UTC with milliseconds, or null where the payload has no time.
 */
export interface Engagement {
  readonly type: EngagementType;
  /** The provider's own name of the event, kept raw. */
  readonly providerEventType: string;
  /** Address as the provider sent it, trimmed; null where the payload has none. */
  readonly recipient: string | null;
  /** The provider's event id; null where it has none. */
  readonly providerEventId: string | null;
  readonly providerMessageId: string | null;
  readonly occurredAt: string | null;
  readonly actor?: Actor;
  /** True when `actor` was derived by rules of ours and not stated by the provider. */
  readonly actorDerived?: boolean;
  readonly url?: string;
  /** Free text of the provider: why it bounced, was dropped or deferred. */
  readonly reason?: string | null;
  readonly bounce?: BounceDetail;
  readonly tags?: readonly string[];
  readonly metadata?: JsonObject;
  /** Of an unsubscribe, a resubscribe or a change: `all`, `group:ID` or `list:ID`. */
  readonly scope?: string;
  /** `email` unless the provider says another channel (sms, push, …). */
  readonly channel?: string;
  /** The provider's object id of the person, where it sends one (HubSpot, Klaviyo, Customer.io …). */
  readonly contactId?: string | null;
  readonly inbound?: InboundDetail;
  readonly userAgent?: string;
  readonly ip?: string;
  /** The event may concern several addresses and does not say which: recorded, but it neither suppresses nor triggers. */
  readonly ambiguous?: boolean;
}
