/**
 * Mailjet: an event object, or with grouped events ("Version 2") an array of them. Nothing is signed.
 * Source: dev.mailjet.com/email/guides/webhooks and /email/guides/parse-api.
 */
import type { Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readAddress, readMailbox, recipientOf } from './payload/address.js';
import { normaliseBatch } from './payload/bodies.js';
import { type ElementReading, engaged, withoutUndefined } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { filledObject, firstText, flag, objectOrJson, text } from './payload/fields.js';
import { headerIn } from './payload/header-object.js';
import { epochTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';

/** `sent` means that the remote server took it; a `bounce` is told apart by its flags. */
const TYPES: TypeTable = {
  sent: 'delivered',
  open: 'opened',
  click: 'clicked',
  blocked: 'dropped',
  spam: 'complaint',
  unsub: 'unsubscribed',
};

export const mailjet: Provider = {
  name: 'mailjet',
  title: 'Mailjet',
  schemes: CREDENTIAL_SCHEMES,
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: 24,
  publishedAddresses: [],
  verify: verifyCredentials,
  normalise: (request) => normaliseBatch(request.body, readEvent),
};

function readEvent(event: JsonObject): ElementReading {
  const name = text(event['event']);
  if (name === 'parseapi' || (name === null && isReceivedMail(event))) return readReceivedMail(event);
  if (name === null) return 'the event has no name';
  const type = name === 'bounce' ? bounceType(event) : typeIn(TYPES, name);
  const messageId = idIn(event['MessageID']) ?? idIn(event['mj_message_id']) ?? text(event['Message_GUID']);
  const recipient = recipientOf(event['email']);
  const contactId = idIn(event['mj_contact_id']);
  const occurredAt = epochTime(event['time']);
  const url = type === 'clicked' ? (text(event['url']) ?? undefined) : undefined;
  const campaign = text(event['customcampaign']);
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient,
    providerEventId: null,
    providerMessageId: messageId,
    occurredAt,
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url,
    reason: firstText(event['error'], event['comment'], event['smtp_reply'], event['source']) ?? undefined,
    bounce: name === 'bounce' ? bounceOf(event) : undefined,
    tags: campaign === null ? undefined : [campaign],
    metadata: metadataOf(event),
    scope: type === 'unsubscribed' ? scopeOf(idIn(event['mj_list_id'])) : undefined,
    contactId: contactId ?? undefined,
    userAgent: text(event['agent']) ?? undefined,
    ip: text(event['ip']) ?? undefined,
  });
  const parts = [name, messageId, recipient ?? contactId, url];
  return [{ engagement, dedupKeys: eventKeys('mailjet', null, occurredAt, parts, event) }];
}

/** An id as text, to the last digit; 0 is Mailjet's way to say that there is none. */
function idIn(value: Json | undefined): string | null {
  const id = text(value);
  return id === '0' ? null : id;
}

function bounceType(event: JsonObject): EngagementType {
  if (flag(event['hard_bounce']) === true) return 'hard_bounce';
  return text(event['error'])?.toLowerCase() === 'greylisted' ? 'deferred' : 'soft_bounce';
}

const bounceOf = (event: JsonObject): Engagement['bounce'] =>
  withoutUndefined<NonNullable<Engagement['bounce']>>({
    hard: flag(event['hard_bounce']),
    blocked: flag(event['blocked']),
    relatedTo: text(event['error_related_to']) ?? undefined,
  });

const scopeOf = (listId: string | null): string => (listId === null ? 'all' : `list:${listId}`);

/** The sender's own data: a `Payload` that is JSON as it is, else it and the `CustomID` by their names. */
const metadataOf = (event: JsonObject): JsonObject | undefined =>
  objectOrJson(event['Payload']) ??
  filledObject(
    withoutUndefined<JsonObject>({
      CustomID: text(event['CustomID']) ?? undefined,
      Payload: text(event['Payload']) ?? undefined,
    }),
  );

const isReceivedMail = (mail: JsonObject): boolean => ['Sender', 'Recipient', 'Headers'].some((name) => name in mail);

/** A mail received through the Parse API: no event name, no id and no time but the sender's own date. */
function readReceivedMail(mail: JsonObject): ElementReading {
  const messageId = headerIn(mail['Headers'], 'message-id');
  const recipient = recipientOf(mail['Recipient']);
  const from = mail['From'] ?? headerIn(mail['Headers'], 'from') ?? undefined;
  const engagement = engaged({
    type: 'inbound',
    providerEventType: 'parseapi',
    recipient,
    providerEventId: null,
    providerMessageId: messageId,
    occurredAt: null,
    inbound: {
      from: readAddress(from),
      fromName: readMailbox(from)?.name ?? null,
      envelopeFrom: readAddress(mail['Sender']),
      to: recipient,
      subject: firstText(mail['Subject'], headerIn(mail['Headers'], 'subject')),
      rfcMessageId: messageId,
      inReplyTo: headerIn(mail['Headers'], 'in-reply-to'),
      spamScore: text(mail['SpamAssassinScore']),
    },
  });
  return [
    { engagement, dedupKeys: eventKeys('mailjet.parseapi', null, text(mail['Date']), [messageId, recipient], mail) },
  ];
}
