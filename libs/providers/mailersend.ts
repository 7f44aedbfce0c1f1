/**
 * MailerSend: one JSON event a request, signed over the raw body. Two generations of payload: version 1 nests
 * `data.email`, `data.morph`; version 2 is flat with `data.recipient`, `data.message_id`, `data.meta`.
 * Source: developers.mailersend.com/api/v1/webhooks (events, "Security").
 */
import type { Engagement } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readAddress, recipientOf } from './payload/address.js';
import { normaliseObject } from './payload/bodies.js';
import { type DedupKey, nearbyKeys } from './payload/dedup-keys.js';
import { type ElementReading, engaged, withoutUndefined } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { at, filled, filledObject, firstText, list, object, text, textList } from './payload/fields.js';
import { headerIn } from './payload/header-object.js';
import { readTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider, ProviderRequest, SourceSettings, Verification } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { decodeMac, macMatches } from './signing/hmac.js';
import { refused, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'mailersend-hmac-sha256-hex';

/** By the part of `type` after `activity.`. */
const TYPES: TypeTable = {
  sent: 'processed',
  delivered: 'delivered',
  deferred: 'deferred',
  soft_bounced: 'soft_bounce',
  hard_bounced: 'hard_bounce',
  opened: 'opened',
  opened_unique: 'opened',
  clicked: 'clicked',
  clicked_unique: 'clicked',
  unsubscribed: 'unsubscribed',
  spam_complaint: 'complaint',
  spam_complaints: 'complaint',
  suppressed: 'dropped',
};

/** The first view of a mail fires both the plain and the unique event; both are made within this time. */
const ONE_VIEW_MS = 1_000;

export const mailersend: Provider = {
  name: 'mailersend',
  title: 'MailerSend',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 3_000,
  // Two retries, after 10 s and 100 s.
  retryWindowHours: 2 / 60,
  publishedAddresses: [],
  // No time is signed: there is no tolerance to set.
  setup: { settings: { [SCHEME]: ['keyFormat'] } },
  verify: (request, source) =>
    source.scheme === SCHEME ? verifyBody(request, source) : verifyCredentials(request, source),
  normalise: (request) => normaliseObject(request.body, readEvent),
};

/** `Signature` = hex HMAC-SHA256(signing secret, raw body); no time is signed. */
function verifyBody(request: ProviderRequest, source: SourceSettings): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const mac = decodeMac(request.headers['signature'] ?? '', 'hex');
  const isGenuine = macMatches('sha256', usableKeys(source), [request.body], mac);
  return isGenuine ? verified() : refused('the signature is missing or does not fit the body');
}

function readEvent(event: JsonObject): ElementReading {
  const data = object(event['data']);
  const name = firstText(event['type'], data['type']);
  if (name === null) return 'the event has no type';
  if (name === 'webhook.test') return [];
  return name === 'inbound.message' ? readReceivedMail(data, name) : readActivity(event, data, name);
}

function readActivity(event: JsonObject, data: JsonObject, name: string): ElementReading {
  const isActivity = name.startsWith('activity.') || text(event['type']) === null;
  const type = isActivity ? typeIn(TYPES, name.replace(/^activity\./, '')) : 'unknown';
  const isView = type === 'opened' || type === 'clicked';
  const id = text(data['id']);
  const messageId = firstText(at(data, 'email', 'message', 'id'), data['message_id']);
  const recipient = personOf(data, isActivity);
  // The outer time is that of the webhook; it stands in where the activity has none (version 2).
  const occurredAt = readTime(data['created_at']) ?? readTime(event['created_at']);
  const detail = { ...object(data['meta']), ...object(data['morph']) };
  const url = type === 'clicked' ? (text(detail['url']) ?? undefined) : undefined;
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient,
    providerEventId: id,
    providerMessageId: messageId,
    occurredAt,
    actor: isView ? 'unknown' : undefined,
    url,
    reason: reasonOf(detail),
    bounce: bounceOf(detail),
    tags: filled(textList(at(data, 'email', 'tags') ?? data['tags'])),
    scope: type === 'unsubscribed' ? 'all' : undefined,
    userAgent: text(detail['user_agent']) ?? undefined,
    ip: text(detail['ip']) ?? undefined,
  });
  const ownKeys = eventKeys('mailersend', id, occurredAt, [type, messageId, url], event);
  const viewKeys = isView ? keysOfView(data, messageId, occurredAt, url) : [];
  return [{ engagement, dedupKeys: [...ownKeys, ...viewKeys] }];
}

/** What the plain and the unique event of one view have in common: the view's own id, or message, link and time. */
function keysOfView(
  data: JsonObject,
  messageId: string | null,
  occurredAt: string | null,
  url: string | undefined,
): readonly DedupKey[] {
  const view = text(at(data, 'morph', 'id'));
  const mail = firstText(at(data, 'email', 'id'), data['email_id']) ?? messageId;
  const nearby = mail === null ? [] : nearbyKeys(occurredAt, ONE_VIEW_MS, ['view', mail, url ?? null]);
  return view === null ? nearby : [['view', view], ...nearby];
}

/** `data.email` of other events is an address of ours (a sender identity), not of a recipient. */
function personOf(data: JsonObject, isActivity: boolean): string | null {
  const nested = recipientOf(at(data, 'email', 'recipient', 'email'));
  const flat = recipientOf(at(data, 'recipient', 'email') ?? data['recipient']);
  return nested ?? flat ?? (isActivity ? recipientOf(data['email']) : null);
}

const REASONS = [
  'reason',
  'readable_reason',
  'bounce_reason',
  'reject_reason',
  'suppression_reason',
  'unsubscribe_reason',
] as const;

const reasonOf = (detail: JsonObject): string | undefined =>
  firstText(...REASONS.map((name) => detail[name])) ?? undefined;

const bounceOf = (detail: JsonObject): Engagement['bounce'] | undefined =>
  filledObject(
    withoutUndefined<JsonObject>({
      type: text(detail['bounce_type']) ?? undefined,
      code: text(detail['bounce_code']) ?? undefined,
    }),
  );

function readReceivedMail(data: JsonObject, name: string): ElementReading {
  const id = text(data['id']);
  const messageId = headerIn(data['headers'], 'message-id');
  const recipient =
    firstAddress(at(data, 'recipients', 'rcptTo')) ?? firstAddress(at(data, 'recipients', 'to', 'data'));
  const occurredAt = readTime(data['created_at']);
  const engagement = engaged({
    type: 'inbound',
    providerEventType: name,
    recipient,
    providerEventId: id,
    providerMessageId: messageId,
    occurredAt,
    inbound: {
      from: readAddress(at(data, 'from', 'email') ?? at(data, 'from', 'raw')),
      fromName: text(at(data, 'from', 'name')),
      envelopeFrom: readAddress(at(data, 'sender', 'email')),
      to: firstAddress(at(data, 'recipients', 'to', 'data')) ?? recipient,
      subject: text(data['subject']),
      rfcMessageId: messageId,
      inReplyTo: headerIn(data['headers'], 'in-reply-to'),
    },
  });
  return [{ engagement, dedupKeys: eventKeys('mailersend', id, occurredAt, [name, messageId], data) }];
}

const firstAddress = (people: Json | undefined): string | null => recipientOf(at(list(people)[0], 'email'));
