/**
 * Klaviyo system webhooks: `{data: [{external_id, topic, payload}], meta}`, up to 1,000 items.
 * Source: developers.klaviyo.com/en/docs/working_with_system_webhooks.
 */
import type { Actor, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { normaliseObjects } from './payload/bodies.js';
import { type ElementReading, engaged, malformed } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { at, firstText, flag, isObject, list, object, text } from './payload/fields.js';
import { readJson } from './payload/json.js';
import { mailTime, readTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Normalised, Provider, ProviderRequest, SourceSettings, Verification, VerifyClock } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { staleness } from './signing/freshness.js';
import { decodeMac, macMatches } from './signing/hmac.js';
import { refused, stale, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'klaviyo-hmac-sha256-hex';

/** By the part of the topic after `event:klaviyo.`; Klaviyo's own pages name the same events in two ways. */
const TYPES: TypeTable = {
  received_email: 'delivered',
  email_delivered: 'delivered',
  delivered_email: 'delivered',
  opened_email: 'opened',
  email_opened: 'opened',
  clicked_email: 'clicked',
  email_clicked: 'clicked',
  dropped_email: 'dropped',
  email_dropped: 'dropped',
  marked_email_as_spam: 'complaint',
  email_marked_as_spam: 'complaint',
};

const BOUNCES: ReadonlySet<string> = new Set(['bounced_email', 'email_bounced']);

export const klaviyo: Provider = {
  name: 'klaviyo',
  title: 'Klaviyo',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 5_000,
  retryWindowHours: 48,
  publishedAddresses: [],
  setup: {
    keyProblem: (scheme, key) =>
      scheme === SCHEME && key.length < 16 ? 'Expected at least 16 characters, as Klaviyo does' : null,
  },
  verify: (request, source, now) =>
    source.scheme === SCHEME ? verifyBody(request, source, now) : verifyCredentials(request, source),
  normalise,
};

/** `Klaviyo-Signature` = hex HMAC-SHA256(secret, raw body + text of `Klaviyo-Timestamp`). The limit of age is ours. */
function verifyBody(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const timestamp = request.headers['klaviyo-timestamp'] ?? '';
  const signedAt = mailTime(timestamp) ?? readTime(timestamp);
  if (signedAt === null) return refused('Klaviyo-Timestamp is missing or not a date');
  const mac = decodeMac(request.headers['klaviyo-signature'] ?? '', 'hex');
  const isGenuine = macMatches('sha256', usableKeys(source), [request.body, timestamp], mac);
  if (!isGenuine) return refused('Klaviyo-Signature is missing or does not fit the body');
  const late = staleness(Date.parse(signedAt), now, source);
  return late === undefined ? verified() : stale(late, true);
}

function normalise(request: ProviderRequest): Normalised {
  const reading = readJson(request.body);
  if (!reading.ok) return malformed(reading.error);
  const webhookId = text(at(reading.value, 'meta', 'klaviyo_webhook_id'));
  if (webhookId !== null && request.headers['klaviyo-webhook-id'] !== webhookId) {
    return {
      outcome: 'reject',
      kind: 'authorization',
      error: 'Klaviyo-Webhook-Id differs from the one that is signed',
    };
  }
  const items = at(reading.value, 'data');
  if (!Array.isArray(items)) return malformed('the body has no list named data');
  const elements = items.map((value: Json, index) => ({ index, value }));
  return normaliseObjects(elements, readItem, request.body, 'data');
}

function readItem(item: JsonObject): ElementReading {
  const topic = text(item['topic']);
  if (topic === null) return 'the item has no topic';
  const name = topic.replace(/^event:klaviyo\./, '');
  const attributes = object(at(item, 'payload', 'data', 'attributes'));
  const properties = namedPlainly(attributes['event_properties']);
  const type = typeOf(topic, name, properties);
  const id = firstText(item['external_id'], at(item, 'payload', 'data', 'id'));
  const profile = profileOf(item);
  const messageId = firstText(properties['message'], properties['messageid']);
  const occurredAt = readTime(attributes['datetime']) ?? readTime(attributes['timestamp']);
  const recipient = text(at(profile.included, 'attributes', 'email'));
  const bounce = firstText(properties['bouncetype']);
  const url = type === 'clicked' ? (firstText(properties['url']) ?? undefined) : undefined;
  const engagement = engaged({
    type,
    providerEventType: topic,
    recipient,
    providerEventId: id,
    providerMessageId: messageId,
    occurredAt,
    actor: actorOf(type, properties),
    url,
    reason: firstText(properties['bouncereason'], properties['reason'], properties['description']) ?? undefined,
    bounce: bounce === null ? undefined : { type: bounce },
    scope: scopeOf(type, name, properties),
    channel: channelOf(name),
    contactId: profile.id ?? undefined,
  });
  const parts = [messageId, recipient ?? profile.id, url];
  return [{ engagement, dedupKeys: eventKeys(`klaviyo ${topic}`, id, occurredAt, parts, item), linksContactId: true }];
}

/** Event properties by their names without case and signs: pages differ (`Bounce Type`, `bounce_type`, `$message`). */
function namedPlainly(properties: Json | undefined): JsonObject {
  const entries = Object.entries(object(properties));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase().replace(/[^a-z0-9]/g, ''), value]));
}

function typeOf(topic: string, name: string, properties: JsonObject): EngagementType {
  if (name === topic) return 'unknown';
  if (BOUNCES.has(name)) return /^hard/i.test(text(properties['bouncetype']) ?? '') ? 'hard_bounce' : 'soft_bounce';
  if (/^unsubscribed(?:_|$)/.test(name)) return 'unsubscribed';
  if (/^subscribed(?:_|$)/.test(name)) return 'resubscribed';
  return typeIn(TYPES, name);
}

function actorOf(type: EngagementType, properties: JsonObject): Actor | undefined {
  if (type !== 'opened' && type !== 'clicked') return undefined;
  const isMachine = type === 'opened' ? flag(properties['machineopen']) : flag(properties['botclick']);
  return isMachine === undefined ? 'unknown' : isMachine ? 'machine' : 'human';
}

/** Consent to a channel as a whole, or to one list. */
function scopeOf(type: EngagementType, name: string, properties: JsonObject): string | undefined {
  if (type !== 'unsubscribed' && type !== 'resubscribed') return undefined;
  const listName = firstText(properties['listid'], properties['list']);
  return name.includes('list') && listName !== null ? `list:${listName}` : 'all';
}

const CHANNELS = ['sms', 'push', 'whatsapp'] as const;

const channelOf = (name: string): string => CHANNELS.find((channel) => name.split('_').includes(channel)) ?? 'email';

/** The profile's id, and the profile itself where it is included. */
function profileOf(item: JsonObject): { readonly id: string | null; readonly included: Json | undefined } {
  const id = text(at(item, 'payload', 'data', 'relationships', 'profile', 'data', 'id'));
  const profiles = list(at(item, 'payload', 'included')).filter((one) => text(at(one, 'type')) === 'profile');
  const included = profiles.find((one) => id === null || text(at(one, 'id')) === id);
  return { id: id ?? text(at(included, 'id')), included: isObject(included) ? included : undefined };
}
