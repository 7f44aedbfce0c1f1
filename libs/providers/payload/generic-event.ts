/** An event of a sender that has no format of its own: read by the paths of the source's settings, else by usual names. */
import { ENGAGEMENT_TYPES, type EngagementType } from '#contracts/engagement.js';
import type { Json } from '#contracts/json.js';
import type { SourceSettings } from '../provider.js';
import { recipientOf } from './address.js';
import { at, list, text } from './fields.js';
import { readTime } from './time.js';
import { type TypeTable, typeIn } from './type-table.js';

/** Names of the members that `source.fields` can give a path for; generic-hmac has the same. */
export type GenericField = 'type' | 'email' | 'id' | 'messageId' | 'occurredAt' | 'contactId' | 'url' | 'reason';

/** Where a member is looked for when the settings name no path: the first path with something at it wins. */
export type FieldPaths = Readonly<Partial<Record<GenericField, readonly string[]>>>;

export const USUAL_PATHS: FieldPaths = {
  type: ['type', 'event', 'eventType', 'event_type', 'eventName'],
  email: ['email', 'recipient', 'to', 'data.email', 'data.recipient', 'data.to'],
  id: ['id', 'eventId', 'event_id'],
  messageId: ['messageId', 'message_id', 'data.messageId', 'data.message_id'],
  occurredAt: ['timestamp', 'occurredAt', 'occurred_at', 'time', 'createdAt', 'created_at'],
  contactId: ['contactId', 'contact_id', 'data.contactId', 'data.contact_id'],
  url: ['url', 'link', 'data.url', 'data.link'],
  reason: ['reason', 'data.reason'],
};

export interface GenericEvent {
  readonly name: string | null;
  readonly type: EngagementType;
  readonly recipient: string | null;
  readonly eventId: string | null;
  readonly messageId: string | null;
  readonly occurredAt: string | null;
  readonly contactId: string | null;
  /** Of a click. */
  readonly url: string | null;
  readonly reason: string | null;
}

/** Reads an event; a configured path is the only place where its member is looked for. */
export function readGenericEvent(event: Json, source: SourceSettings, usual: FieldPaths = USUAL_PATHS): GenericEvent {
  const value = (field: GenericField): Json | undefined => {
    const configured = source.fields?.[field];
    const paths = configured === undefined ? (usual[field] ?? []) : [configured];
    return paths.map((path) => atPath(event, path)).find((found) => found !== undefined && found !== null);
  };
  const name = text(value('type'));
  const type = genericType(name);
  return {
    name,
    type,
    recipient: recipientOf(list(value('email'))[0]),
    eventId: text(value('id')),
    messageId: text(value('messageId')),
    occurredAt: readTime(value('occurredAt')),
    contactId: text(value('contactId')),
    url: type === 'clicked' ? text(value('url')) : null,
    reason: text(value('reason')),
  };
}

/** `data.to.0` → the first element of `to` of `data`. */
const atPath = (value: Json, path: string): Json | undefined =>
  at(value, ...path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)));

/** Words that senders use beside the canonical names. */
const SYNONYMS: TypeTable = {
  sent: 'processed',
  open: 'opened',
  click: 'clicked',
  soft_bounced: 'soft_bounce',
  hard_bounced: 'hard_bounce',
  complained: 'complaint',
  spam_complaint: 'complaint',
  unsubscribe: 'unsubscribed',
  received: 'inbound',
};

const WORDS: TypeTable = { ...Object.fromEntries(ENGAGEMENT_TYPES.map((type) => [type, type])), ...SYNONYMS };

/**
 * A canonical name alone (`delivered`), or a usual word said of a mail (`com.acme.email.delivered`, `email.opened`).
 * `custom.*` stays as it is; anything else is unknown, for an `opened` may be a ticket.
 */
export function genericType(name: string | null): EngagementType {
  if (name === null) return 'unknown';
  if (/^custom\.[\w.-]{1,100}$/.test(name)) return name as `custom.${string}`;
  const ofMail = /(?:^|\.)(?:email|mail|message)\.([a-z_]+)$/.exec(name)?.[1];
  if (ofMail !== undefined) return typeIn(WORDS, ofMail);
  return ENGAGEMENT_TYPES.find((type) => type === name) ?? 'unknown';
}
