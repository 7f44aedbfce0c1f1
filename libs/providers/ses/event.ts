/** One SES event, as configuration sets publish it (`eventType`) or as identities notify it (`notificationType`). */
import type { BounceDetail, Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readMailbox, recipientOf } from '../payload/address.js';
import { type ElementReading, engaged, type Keyed } from '../payload/engaged.js';
import { at, filledObject, isObject, list, object, rawText, text } from '../payload/fields.js';
import { readTime } from '../payload/time.js';
import { idKey, timedKey } from '../payload/timed-key.js';
import { subscriptionType } from './subscription.js';

interface Kind {
  readonly type: EngagementType;
  /** The member with what the event tells. */
  readonly part: string;
  /** Its list of addresses (texts, or objects with `emailAddress`); without one the mail's destinations are meant. */
  readonly recipients?: string;
  /** True when an event of several addresses happened to each of them; false when SES does not say to which. */
  readonly isOfAll: boolean;
  readonly reason?: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  send: { type: 'processed', part: 'send', isOfAll: true },
  delivery: { type: 'delivered', part: 'delivery', recipients: 'recipients', isOfAll: true, reason: 'smtpResponse' },
  deliverydelay: { type: 'deferred', part: 'deliveryDelay', recipients: 'delayedRecipients', isOfAll: true },
  bounce: { type: 'hard_bounce', part: 'bounce', recipients: 'bouncedRecipients', isOfAll: true },
  // Many mailbox providers hide who complained: SES then lists everyone at the domain.
  complaint: {
    type: 'complaint',
    part: 'complaint',
    recipients: 'complainedRecipients',
    isOfAll: false,
    reason: 'complaintFeedbackType',
  },
  reject: { type: 'dropped', part: 'reject', isOfAll: true, reason: 'reason' },
  renderingfailure: { type: 'dropped', part: 'failure', isOfAll: true, reason: 'errorMessage' },
  open: { type: 'opened', part: 'open', isOfAll: false },
  click: { type: 'clicked', part: 'click', isOfAll: false },
  subscription: { type: 'unsubscribed', part: 'subscription', isOfAll: false, reason: 'source' },
  received: { type: 'inbound', part: 'receipt', recipients: 'recipients', isOfAll: true },
};

const UNKNOWN: Kind = { type: 'unknown', part: '', isOfAll: false };

const SUPPRESSED = new Set(['Suppressed', 'OnAccountSuppressionList']);

const nameOf = (event: JsonObject): string | null => text(event['eventType']) ?? text(event['notificationType']);

export function isSesEvent(value: Json | undefined): value is JsonObject {
  return isObject(value) && nameOf(value) !== null;
}

/** What the SNS envelope tells besides: its message id (the same when sent again) and when it was sent. */
export interface Envelope {
  readonly id: string | null;
  readonly sentAt: string | null;
}

/** One engagement for each address the event is about. */
export function readSesEvent(event: JsonObject, envelope: Envelope): ElementReading {
  const name = nameOf(event) ?? '';
  const key = name.replace(/[\s_]/g, '').toLowerCase();
  const kind = (Object.hasOwn(KINDS, key) ? KINDS[key] : undefined) ?? UNKNOWN;
  const named = kind.recipients === undefined ? [] : addressed(at(event, kind.part, kind.recipients));
  const destinations = addressed(at(event, 'mail', 'destination'));
  const entries = named.length > 0 ? named : destinations.length > 0 ? destinations : [null];
  // An event that should name its addresses and does not concerns some of the mail's destinations, nobody knows which.
  const isOfAll = kind.isOfAll && (kind.recipients === undefined || named.length > 0);
  return entries.map((entry): Keyed => {
    const engagement = engagementOf(event, name, kind, entry, envelope);
    return {
      engagement: entries.length > 1 && !isOfAll ? { ...engagement, ambiguous: true } : engagement,
      dedupKeys: [keyOf(event, engagement)],
    };
  });
}

const addressed = (entries: Json | undefined): readonly Json[] =>
  list(entries).filter((entry) => addressOf(entry) !== null);

const addressOf = (entry: Json): string | null => recipientOf(isObject(entry) ? entry['emailAddress'] : entry);

function engagementOf(event: JsonObject, name: string, kind: Kind, entry: Json, envelope: Envelope): Engagement {
  const part = object(event[kind.part]);
  const mail = object(event['mail']);
  const type = typeOf(kind, part);
  return engaged({
    type,
    providerEventType: name,
    recipient: addressOf(entry),
    providerEventId: envelope.id,
    providerMessageId: text(mail['messageId']),
    // The mail's own timestamp is the time of sending, the envelope's that of this post.
    occurredAt: readTime(part['timestamp']) ?? readTime(mail['timestamp']) ?? envelope.sentAt,
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url: kind.part === 'click' ? (text(part['link']) ?? undefined) : undefined,
    reason: rawText(at(entry, 'diagnosticCode')) ?? rawText(kind.reason ? part[kind.reason] : undefined) ?? undefined,
    bounce: bounceOf(kind, part, entry),
    metadata: filledObject(mail['tags']),
    scope: kind.part === 'subscription' ? (text(part['contactList']) ?? undefined) : undefined,
    inbound: type === 'inbound' ? inboundOf(mail, part) : undefined,
    userAgent: isView(kind) ? (text(part['userAgent']) ?? undefined) : undefined,
    ip: isView(kind) ? (text(part['ipAddress']) ?? undefined) : undefined,
  });
}

const isView = ({ part }: Kind): boolean => part === 'open' || part === 'click';

function typeOf(kind: Kind, part: JsonObject): EngagementType {
  if (kind.part === 'subscription') return subscriptionType(part);
  if (kind.part !== 'bounce') return kind.type;
  if (text(part['bounceType']) !== 'Permanent') return 'soft_bounce';
  return SUPPRESSED.has(text(part['bounceSubType']) ?? '') ? 'dropped' : 'hard_bounce';
}

function bounceOf(kind: Kind, part: JsonObject, entry: Json): BounceDetail | undefined {
  const status = text(at(entry, 'status'));
  const feedbackId = text(part['feedbackId']);
  if (kind.part === 'bounce') {
    return { type: text(part['bounceType']), subType: text(part['bounceSubType']), status, feedbackId };
  }
  if (kind.part === 'deliveryDelay') return { type: text(part['delayType']), status };
  if (kind.part !== 'complaint') return undefined;
  const subType = text(part['complaintSubType']);
  return subType === null ? { feedbackId } : { feedbackId, subType };
}

function inboundOf(mail: JsonObject, receipt: JsonObject): NonNullable<Engagement['inbound']> {
  const headers = mail['commonHeaders'];
  const from = readMailbox(at(headers, 'from', 0));
  const inReplyTo = list(mail['headers']).find((header) => text(at(header, 'name'))?.toLowerCase() === 'in-reply-to');
  return {
    from: from?.address ?? null,
    fromName: from?.name ?? null,
    subject: text(at(headers, 'subject')),
    rfcMessageId: text(at(headers, 'messageId')),
    inReplyTo: text(at(inReplyTo, 'value')),
    to: recipientOf(at(headers, 'to', 0)),
    envelopeFrom: recipientOf(mail['source']),
    action: text(at(receipt, 'action', 'type')),
    spamVerdict: text(at(receipt, 'spamVerdict', 'status')),
  };
}

/** SNS's message id is shared by all addresses of an event; address and type are hashed into every key. */
function keyOf(event: JsonObject, engagement: Engagement): readonly Json[] {
  const { providerEventType, providerEventId, providerMessageId, recipient, occurredAt, url } = engagement;
  const address = recipient?.toLowerCase() ?? null;
  const [key] = idKey('sns', providerEventId, address);
  return key ?? timedKey('ses', occurredAt, [providerEventType, providerMessageId, address, url ?? null], event);
}
