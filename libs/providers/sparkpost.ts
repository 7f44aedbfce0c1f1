/**
 * SparkPost (Bird) event webhooks and relay webhooks. It signs nothing: basic auth or a bearer token.
 * Sources: developers.sparkpost.com/api/webhooks (events as `[{msys: {class: event}}]`), …/docs/deliverability/
 * bounce-classification-codes, …/api/relay-webhooks.
 */
import type { Actor, Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readMailbox, recipientOf } from './payload/address.js';
import { type DedupKey, nearbyKeys } from './payload/dedup-keys.js';
import { type ElementReading, engaged, type Keyed, malformed, normaliseElements, nothing } from './payload/engaged.js';
import { at, filled, flag, isObject, list, objectOrJson, rawText, text, textList } from './payload/fields.js';
import { headerIn } from './payload/header-object.js';
import { readBatch } from './payload/json.js';
import { readTime } from './payload/time.js';
import { idKey, timedKey } from './payload/timed-key.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';

const TYPES: TypeTable = {
  injection: 'processed',
  delivery: 'delivered',
  delay: 'deferred',
  policy_rejection: 'dropped',
  generation_failure: 'dropped',
  generation_rejection: 'dropped',
  spam_complaint: 'complaint',
  open: 'opened',
  initial_open: 'opened',
  amp_open: 'opened',
  amp_initial_open: 'opened',
  click: 'clicked',
  amp_click: 'clicked',
  link_unsubscribe: 'unsubscribed',
  list_unsubscribe: 'unsubscribed',
  relay_message: 'inbound',
};

/** `bounce_class` of bounce and out_of_band; every other class is soft. 60 and 100 are answers of people or machines. */
const BOUNCE_CLASSES: TypeTable = {
  '10': 'hard_bounce',
  '30': 'hard_bounce',
  '25': 'dropped',
  '26': 'dropped',
  '60': 'unknown',
  '80': 'resubscribed',
  '90': 'unsubscribed',
  '100': 'unknown',
};

export const sparkpost: Provider = {
  name: 'sparkpost',
  title: 'SparkPost',
  schemes: CREDENTIAL_SCHEMES,
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: 8,
  publishedAddresses: [],
  verify: verifyCredentials,
  normalise(request) {
    const batch = readBatch(request.body);
    if (!batch.ok) return malformed(batch.error);
    return batch.elements.length === 0 ? nothing : normaliseElements(batch.elements, readElement, request.body);
  },
};

/** `{msys: {}}` is SparkPost's ping: nothing to record and nothing wrong. */
function readElement(element: Json): ElementReading {
  const classes = at(element, 'msys');
  if (!isObject(classes)) return 'the element has no msys object';
  const events = Object.entries(classes).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  if (events.length === 0 && Object.keys(classes).length > 0) return 'the event is not an object';
  return events.map(([className, event]) => readEvent(className, event));
}

function readEvent(className: string, event: JsonObject): Keyed {
  const name = text(event['type']) ?? className;
  const type = name === 'bounce' || name === 'out_of_band' ? bounceType(event['bounce_class']) : typeIn(TYPES, name);
  const isInbound = type === 'inbound';
  const isTracked = type === 'opened' || type === 'clicked' || type === 'unsubscribed';
  const bounceClass = text(event['bounce_class']);
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient: recipientOf(event['raw_rcpt_to']) ?? recipientOf(event['rcpt_to']),
    providerEventId: text(event['event_id']),
    providerMessageId: isInbound ? null : (text(event['transmission_id']) ?? text(event['message_id'])),
    occurredAt: readTime(event['timestamp']),
    actor: actorOf(event, type),
    url: text(event['target_link_url']) ?? undefined,
    reason: rawText(event['raw_reason']) ?? rawText(event['reason']) ?? undefined,
    bounce: bounceClass === null ? undefined : { bounceClass, errorCode: text(event['error_code']) },
    tags: filled(textList(event['campaign_id'])),
    metadata: objectOrJson(event['rcpt_meta']),
    scope: type === 'unsubscribed' || type === 'resubscribed' ? 'all' : undefined,
    inbound: isInbound ? inboundOf(event) : undefined,
    userAgent: text(event['user_agent']) ?? undefined,
    ip: isTracked ? (text(event['ip_address']) ?? undefined) : undefined,
  });
  return { engagement, dedupKeys: keysOf(event, engagement) };
}

function bounceType(bounceClass: Json | undefined): EngagementType {
  const code = text(bounceClass) ?? '';
  return Object.hasOwn(BOUNCE_CLASSES, code) ? typeIn(BOUNCE_CLASSES, code) : 'soft_bounce';
}

/** A prefetch is a machine's. A proxy (Gmail's) fetches when a person looks, but hides who: no signal. */
function actorOf(event: JsonObject, type: EngagementType): Actor | undefined {
  if (type !== 'opened' && type !== 'clicked') return undefined;
  const isPrefetched = flag(at(event, 'user_agent_parsed', 'is_prefetched'));
  if (isPrefetched === true) return 'machine';
  const isProxy = flag(at(event, 'user_agent_parsed', 'is_proxy'));
  return type === 'opened' && isPrefetched === false && isProxy !== true ? 'human' : 'unknown';
}

function inboundOf(event: JsonObject): NonNullable<Engagement['inbound']> {
  const content = event['content'];
  const headers = Object.fromEntries(
    list(at(content, 'headers')).flatMap((field) => (isObject(field) ? Object.entries(field) : [])),
  );
  const from = readMailbox(event['friendly_from']) ?? readMailbox(event['msg_from']);
  return {
    from: from?.address ?? null,
    fromName: from?.name ?? null,
    subject: text(at(content, 'subject')),
    rfcMessageId: headerIn(headers, 'message-id'),
    inReplyTo: headerIn(headers, 'in-reply-to'),
    to: recipientOf(at(content, 'to', 0)) ?? recipientOf(event['rcpt_to']),
    envelopeFrom: recipientOf(event['msg_from']),
  };
}

/** One view fires open and initial_open, each with an id of its own: they meet in the keys of their time. */
function keysOf(event: JsonObject, engagement: Engagement): readonly DedupKey[] {
  const { type, providerEventId, providerEventType, providerMessageId, recipient, occurredAt, url } = engagement;
  const parts = [providerMessageId, text(event['message_id']), recipient?.toLowerCase() ?? null];
  const ids = idKey('sparkpost', providerEventId);
  if (type === 'opened') {
    const views = nearbyKeys(occurredAt, 1_000, ['sparkpost.open', ...parts]);
    return ids.length + views.length > 0 ? [...ids, ...views] : [timedKey('sparkpost', null, [], event)];
  }
  return ids.length > 0 ? ids : [timedKey('sparkpost', occurredAt, [providerEventType, ...parts, url ?? null], event)];
}
