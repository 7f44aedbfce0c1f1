/**
 * Customer.io reporting webhooks: one JSON event a request, of every channel that Customer.io sends by.
 * Source: docs.customer.io/journeys/webhooks ("Securely verify requests", "Events").
 */
import type { JsonObject } from '#contracts/json.js';
import { recipientOf } from './payload/address.js';
import { normaliseObject } from './payload/bodies.js';
import { type ElementReading, engaged, withoutUndefined } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { at, filledObject, firstText, object, text } from './payload/fields.js';
import { readTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider, ProviderRequest, SourceSettings, Verification, VerifyClock } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { headerSeconds, staleness } from './signing/freshness.js';
import { decodeMac, macMatches } from './signing/hmac.js';
import { refused, stale, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'customerio-v0-hmac-sha256-hex';

/** By metric, whatever the channel. A bounce is not said to be hard or soft; drafts and conversions are no delivery. */
const TYPES: TypeTable = {
  attempted: 'deferred',
  deferred: 'deferred',
  sent: 'processed',
  delivered: 'delivered',
  opened: 'opened',
  clicked: 'clicked',
  bounced: 'hard_bounce',
  dropped: 'dropped',
  failed: 'dropped',
  undeliverable: 'dropped',
  suppressed: 'dropped',
  spammed: 'complaint',
  unsubscribed: 'unsubscribed',
  subscribed: 'resubscribed',
  cio_subscription_preferences_changed: 'subscription_change',
};

/** Object types that are about the person's e-mail address. */
const BY_MAIL: ReadonlySet<string> = new Set(['email', 'customer']);

export const customerio: Provider = {
  name: 'customerio',
  title: 'Customer.io',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 4_000,
  retryWindowHours: 7 * 24,
  publishedAddresses: [
    ...['35.188.196.183', '104.198.177.219', '104.154.232.87', '130.211.229.195', '104.198.221.24'],
    ...['104.197.27.15', '35.194.9.154', '104.154.144.51', '104.197.210.12', '35.225.6.73'],
    ...['34.76.143.229', '34.78.91.47', '34.77.94.252', '35.187.188.242', '34.78.122.90'],
    ...['35.195.137.235', '130.211.108.156', '104.199.50.18', '34.78.44.80', '35.205.31.154'],
  ].map((address) => `${address}/32`),
  verify: (request, source, now) =>
    source.scheme === SCHEME ? verifyVersion0(request, source, now) : verifyCredentials(request, source),
  normalise: (request) => normaliseObject(request.body, readEvent),
};

/** `X-CIO-Signature` = hex HMAC-SHA256(key, "v0:" + `X-CIO-Timestamp` + ":" + raw body). The limit of age is ours. */
function verifyVersion0(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const timestamp = request.headers['x-cio-timestamp'];
  const signedAt = headerSeconds(timestamp);
  if (signedAt === null) return refused('X-CIO-Timestamp is missing or not a number');
  const mac = decodeMac(request.headers['x-cio-signature'] ?? '', 'hex');
  const isGenuine = macMatches('sha256', usableKeys(source), [`v0:${timestamp}:`, request.body], mac);
  if (!isGenuine) return refused('X-CIO-Signature is missing or does not fit the body');
  const late = staleness(signedAt, now, source);
  return late === undefined ? verified() : stale(late, true);
}

interface EventName {
  readonly whole: string;
  readonly objectType: string | null;
  readonly metric: string;
}

function readEvent(event: JsonObject): ElementReading {
  const name = nameOf(event);
  if (name === null) return 'the event has no metric';
  const data = object(event['data']);
  const type = typeIn(TYPES, name.metric);
  const isByMail = name.objectType === null || BY_MAIL.has(name.objectType);
  const id = text(event['event_id']);
  const messageId = text(data['delivery_id']);
  const address = firstText(data['email_address'], at(data, 'identifiers', 'email'));
  const recipient = isByMail ? (recipientOf(data['recipient']) ?? address) : text(data['recipient']);
  const contactId = firstText(at(data, 'identifiers', 'id'), data['customer_id'], at(data, 'identifiers', 'cio_id'));
  const occurredAt = readTime(event['timestamp']);
  const url = type === 'clicked' ? (firstText(data['href'], data['link']) ?? undefined) : undefined;
  const engagement = engaged({
    type,
    providerEventType: name.whole,
    recipient,
    providerEventId: id,
    providerMessageId: messageId,
    occurredAt,
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url,
    reason: text(data['failure_message']) ?? undefined,
    metadata: campaignOf(data),
    scope: (type === 'unsubscribed' || type === 'resubscribed') && isByMail ? 'all' : undefined,
    channel: isByMail ? 'email' : (name.objectType ?? undefined),
    contactId: contactId ?? undefined,
  });
  const parts = [name.whole, messageId, recipient ?? contactId, url];
  return [{ engagement, dedupKeys: eventKeys('customerio', id, occurredAt, parts, event), linksContactId: true }];
}

/** `object_type` and `metric`; the older payloads have both in one, `event_type: "email_opened"`. */
function nameOf(event: JsonObject): EventName | null {
  const metric = text(event['metric']);
  const objectType = text(event['object_type']);
  if (metric !== null) return { whole: objectType === null ? metric : `${objectType}.${metric}`, objectType, metric };
  const whole = text(event['event_type']);
  if (whole === null) return null;
  const parts = /^(email|customer|push|sms|in_app|slack|webhook|whatsapp)_(.+)$/.exec(whole);
  return { whole, objectType: parts?.[1] ?? null, metric: parts?.[2] ?? whole };
}

const CAMPAIGN_FIELDS = [
  'campaign_id',
  'broadcast_id',
  'newsletter_id',
  'transactional_message_id',
  'action_id',
  'content_id',
  'trigger_id',
] as const;

/** What the message was part of. */
const campaignOf = (data: JsonObject): JsonObject | undefined =>
  filledObject(withoutUndefined<JsonObject>(Object.fromEntries(CAMPAIGN_FIELDS.map((name) => [name, data[name]]))));
