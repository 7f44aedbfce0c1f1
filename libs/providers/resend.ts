/**
 * Resend: one JSON event a request, delivered and signed by Svix.
 * Source: resend.com/docs/webhooks; types in github.com/resend/resend-webhooks-ingester, src/types/webhook.ts.
 */
import type { Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readAddress, readMailbox, recipientOf } from './payload/address.js';
import { normaliseObject } from './payload/bodies.js';
import { type ElementReading, engaged, type Keyed, withoutUndefined } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import {
  at,
  filled,
  filledObject,
  firstText,
  isObject,
  list,
  object,
  objectOrJson,
  text,
  textList,
} from './payload/fields.js';
import { readJson } from './payload/json.js';
import { readTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider, ProviderRequest } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { deliveryId } from './signing/delivery-id.js';
import { verifyStandardWebhooks } from './signing/standard-webhooks.js';

const TYPES: TypeTable = {
  'email.sent': 'processed',
  'email.delivered': 'delivered',
  'email.delivery_delayed': 'deferred',
  'email.complained': 'complaint',
  'email.opened': 'opened',
  'email.clicked': 'clicked',
  'email.failed': 'dropped',
  'email.suppressed': 'dropped',
  'email.received': 'inbound',
  'contact.created': 'subscription_change',
  'contact.updated': 'subscription_change',
  'contact.deleted': 'subscription_change',
};

export const resend: Provider = {
  name: 'resend',
  title: 'Resend',
  schemes: ['svix-v1', ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 15_000,
  retryWindowHours: 27,
  publishedAddresses: [],
  verify: (request, source, now) =>
    source.scheme === 'svix-v1' ? verifyStandardWebhooks(request, source, now) : verifyCredentials(request, source),
  normalise: (request) => normaliseObject(request.body, (event) => readEvent(event, request)),
};

function readEvent(event: JsonObject, request: ProviderRequest): ElementReading {
  const name = text(event['type']);
  if (name === null) return 'the event has no type';
  const data = object(event['data']);
  const type = name === 'email.bounced' ? bounceType(data) : typeIn(TYPES, name);
  const messageId = name.startsWith('email.') ? text(data['email_id']) : null;
  const occurredAt = readTime(event['created_at']) ?? readTime(at(data, 'click', 'timestamp'));
  const id = deliveryId(request);
  const link = at(data, 'click', 'link');
  const dedupKeys = eventKeys('resend', id, occurredAt, [name, messageId ?? text(data['id']), text(link)], event);
  const recipients = recipientsOf(type, data);
  return recipients.map((recipient): Keyed => {
    const engagement = engaged({
      type,
      providerEventType: name,
      recipient,
      providerEventId: id,
      providerMessageId: messageId,
      occurredAt,
      ...detailsOf(type, data),
      ambiguous: isAmbiguous(type, data) ? true : undefined,
    });
    return { engagement, dedupKeys, ...(engagement.contactId ? { linksContactId: true } : {}) };
  });
}

/** Older payloads have only a message; its words are the ones that Resend takes over from Amazon SES. */
function bounceType(data: JsonObject): EngagementType {
  const bounce = object(data['bounce']);
  const message = text(bounce['message']) ?? '';
  if (/suppress/i.test(`${message} ${text(bounce['subType']) ?? ''}`)) return 'dropped';
  const kind = text(bounce['type'])?.toLowerCase();
  if (kind !== undefined) return BOUNCE_KINDS.has(kind) ? 'hard_bounce' : 'soft_bounce';
  return /general bounce|inbox was full|too large|content/i.test(message) ? 'soft_bounce' : 'hard_bounce';
}

const BOUNCE_KINDS: ReadonlySet<string> = new Set(['permanent', 'hard']);

/**
 * One engagement for each address of `to`, for Resend does not say which of them an event is about. A received mail is
 * one engagement, whatever number of our addresses it was sent to.
 */
function recipientsOf(type: EngagementType, data: JsonObject): readonly (string | null)[] {
  const different = new Map<string, string>();
  for (const entry of list(data['to'] ?? data['email'])) {
    const address = recipientOf(entry);
    if (address !== null && !different.has(address.toLowerCase())) different.set(address.toLowerCase(), address);
  }
  const [first = null, ...others] = different.values();
  return type === 'inbound' ? [first] : [first, ...others];
}

function isAmbiguous(type: EngagementType, data: JsonObject): boolean {
  const addressed = [data['to'], data['cc'], data['bcc']].flatMap(list).length;
  return type !== 'inbound' && addressed > 1;
}

type Details = { readonly [Name in Optional]?: Engagement[Name] | undefined };
type Optional =
  | 'actor'
  | 'url'
  | 'reason'
  | 'bounce'
  | 'tags'
  | 'metadata'
  | 'scope'
  | 'contactId'
  | 'inbound'
  | 'userAgent'
  | 'ip';

/** What only events of this kind tell. */
function detailsOf(type: EngagementType, data: JsonObject): Details {
  switch (type) {
    case 'opened':
    case 'clicked':
      return { actor: 'unknown', ...viewOf(object(data[type === 'opened' ? 'open' : 'click'])), ...labelsOf(data) };
    case 'inbound':
      return { inbound: inboundOf(data) };
    case 'subscription_change':
      return { contactId: text(data['id']), scope: 'all', metadata: contactState(data) };
    default:
      return { reason: reasonOf(data), bounce: bounceOf(data['bounce']), ...labelsOf(data) };
  }
}

const viewOf = (view: JsonObject): Details => ({
  url: text(view['link']) ?? undefined,
  userAgent: text(view['userAgent']) ?? undefined,
  ip: text(view['ipAddress']) ?? undefined,
});

const reasonOf = (data: JsonObject): string | undefined =>
  firstText(
    at(data, 'bounce', 'message'),
    at(data, 'failed', 'reason'),
    at(data, 'suppressed', 'message'),
    at(data, 'delivery_delayed', 'message'),
  ) ?? undefined;

function bounceOf(bounce: Json | undefined): Engagement['bounce'] | undefined {
  if (!isObject(bounce)) return undefined;
  const detail = {
    type: text(bounce['type']) ?? undefined,
    subType: text(bounce['subType']) ?? undefined,
    diagnosticCode: bounce['diagnosticCode'],
  };
  return filledObject(withoutUndefined(detail));
}

const inboundOf = (data: JsonObject): Engagement['inbound'] => ({
  from: readAddress(data['from']),
  fromName: readMailbox(data['from'])?.name ?? null,
  to: readAddress(list(data['to'])[0]),
  subject: text(data['subject']),
  rfcMessageId: text(data['message_id']),
  inReplyTo: null,
});

/** The contact as it is now: what has changed is told by comparing it with the state that is known. */
const contactState = (data: JsonObject): JsonObject | undefined =>
  filledObject(
    withoutUndefined<JsonObject>({
      unsubscribed: data['unsubscribed'],
      audience_id: data['audience_id'],
      segment_ids: data['segment_ids'],
    }),
  );

/**
 * Resend's tags have a name and a value, so they are metadata. Tags without values come in a header that the sending
 * library adds: `X-Tags` is a JSON list, `X-Metadata` a JSON object (used when there are no tags of Resend's own).
 */
function labelsOf(data: JsonObject): Details {
  const header = (name: string): Json | undefined => {
    const found = list(data['headers']).find((entry) => text(at(entry, 'name'))?.toLowerCase() === name);
    return at(found, 'value');
  };
  return { tags: listOf(header('x-tags')), metadata: namedTags(data['tags']) ?? objectOrJson(header('x-metadata')) };
}

function listOf(written: Json | undefined): readonly string[] | undefined {
  const reading = readJson(text(written) ?? '');
  return reading.ok ? filled(textList(reading.value)) : undefined;
}

/** `[{name, value}]` and `{name: value}` alike. */
function namedTags(tags: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(tags)) return filledObject(tags);
  const pairs = tags.flatMap((tag): [string, Json][] => {
    const name = text(at(tag, 'name'));
    return name === null ? [] : [[name, at(tag, 'value') ?? null]];
  });
  return filledObject(Object.fromEntries(pairs));
}
