/**
 * Brevo (formerly Sendinblue) transactional, marketing and inbound webhooks. It signs nothing.
 * Sources: developers.brevo.com/docs/transactional-webhooks, …/marketing-webhooks, …/inbound-parse-webhooks,
 * …/retry-mechanism ("4xx except 429, and any 5xx, stop all retry attempts": only 429 makes Brevo try again).
 */
import type { Actor, Engagement } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { isBrevoInbound, readBrevoInbound } from './brevo/inbound.js';
import { recipientOf } from './payload/address.js';
import { type DedupKey, nearbyKeys } from './payload/dedup-keys.js';
import { type ElementReading, engaged, malformed, normaliseElements } from './payload/engaged.js';
import { filled, filledObject, isObject, list, objectOrJson, rawText, text, textList } from './payload/fields.js';
import { readBatch, readJson } from './payload/json.js';
import { epochTime } from './payload/time.js';
import { timedKey } from './payload/timed-key.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Normalised, Provider } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';

const TYPES: TypeTable = {
  request: 'processed',
  sent: 'processed',
  delivered: 'delivered',
  deferred: 'deferred',
  soft_bounce: 'soft_bounce',
  hard_bounce: 'hard_bounce',
  invalid: 'hard_bounce',
  invalid_email: 'hard_bounce',
  blocked: 'dropped',
  error: 'dropped',
  opened: 'opened',
  unique_opened: 'opened',
  proxy_open: 'opened',
  unique_proxy_open: 'opened',
  click: 'clicked',
  spam: 'complaint',
  complaint: 'complaint',
  unsubscribe: 'unsubscribed',
  unsubscribed: 'unsubscribed',
  list_addition: 'subscription_change',
};

/** Brevo knows mail proxies that load pictures by themselves; a click is anybody's. */
const ACTORS: Readonly<Record<string, Actor>> = {
  opened: 'human',
  unique_opened: 'human',
  proxy_open: 'machine',
  unique_proxy_open: 'machine',
  click: 'unknown',
};

export const brevo: Provider = {
  name: 'brevo',
  title: 'Brevo',
  schemes: CREDENTIAL_SCHEMES,
  unavailableStatus: 429,
  slowStatus: 429,
  timeoutMs: 10_000,
  retryWindowHours: 11,
  publishedAddresses: ['1.179.112.0/20', '185.107.232.0/24'],
  verify: verifyCredentials,
  normalise(request) {
    const batch = readBatch(request.body);
    if (!batch.ok) return malformed(batch.error);
    const [only] = batch.elements;
    if (only === undefined) return EMPTY;
    const items = !batch.isArray && isBrevoInbound(only.value) ? list(only.value['items']) : null;
    if (items === null) return normaliseElements(batch.elements, readEvent, batch.isArray ? request.body : '');
    const mails = items.map((value, index) => ({ index, value }));
    return mails.length === 0 ? EMPTY : normaliseElements(mails, readBrevoInbound, request.body, 'items');
  },
};

const EMPTY: Normalised = { outcome: 'ignore', reason: 'an empty batch' };

/** One engagement for each address: a list event may name many. */
function readEvent(event: Json): ElementReading {
  if (!isObject(event)) return 'the event is not an object';
  if (isBrevoInbound(event)) return list(event['items']).flatMap((item) => flat(readBrevoInbound(item)));
  const name = text(event['event']);
  if (name === null) return 'the event has no name';
  const addresses = list(event['email']).flatMap((address) => recipientOf(address) ?? []);
  const recipients: readonly (string | null)[] = addresses.length === 0 ? [null] : addresses;
  const tagsAsSent = event['tags'] === undefined && Array.isArray(event['tag']) ? [event['tag']] : undefined;
  return recipients.map((recipient) => {
    const engagement = engagementOf(event, name, recipient);
    const dedupKeys = keysOf(event, engagement);
    return tagsAsSent === undefined ? { engagement, dedupKeys } : { engagement, dedupKeys, tagsAsSent };
  });
}

const flat = (reading: ElementReading) => (typeof reading === 'string' ? [] : reading);

function engagementOf(event: JsonObject, name: string, recipient: string | null): Engagement {
  const type = typeIn(TYPES, name);
  return engaged({
    type,
    providerEventType: name,
    recipient,
    providerEventId: null,
    providerMessageId: text(event['message-id']),
    occurredAt: timeOf(event),
    actor: Object.hasOwn(ACTORS, name) ? ACTORS[name] : undefined,
    url: text(event['link']) ?? text(event['URL']) ?? undefined,
    reason: rawText(event['reason']) ?? undefined,
    tags: filled(tagsOf(event)),
    metadata: metadataOf(event),
    scope: scopeOf(event, type),
    contactId: text(event['contact_id']) ?? undefined,
    userAgent: text(event['user_agent']) ?? undefined,
  });
}

/** `ts_epoch` is ms in UTC (a few payloads: s). `ts_event` and `ts` are in the account's zone at times; `date` is CET. */
function timeOf(event: JsonObject): string | null {
  return epochTime(event['ts_epoch']) ?? epochTime(event['ts_event']) ?? epochTime(event['ts']);
}

/** `tags`, else `tag`: a list, one tag, or a list as JSON text. */
function tagsOf(event: JsonObject): readonly string[] {
  const tags = textList(event['tags']);
  if (tags.length > 0) return tags;
  const tag = event['tag'];
  const reading = typeof tag === 'string' && tag.trim().startsWith('[') ? readJson(tag) : undefined;
  return textList(reading?.ok ? reading.value : tag);
}

/** The sender's own header: an object as JSON text by custom, else kept as it is. */
function metadataOf(event: JsonObject): JsonObject | undefined {
  const custom = event['X-Mailin-custom'];
  return objectOrJson(custom) ?? (text(custom) === null ? undefined : filledObject({ 'X-Mailin-custom': custom }));
}

function scopeOf(event: JsonObject, type: Engagement['type']): string | undefined {
  if (type === 'unsubscribed') return 'all';
  const lists = textList(event['list_id']);
  return type === 'subscription_change' && lists.length > 0 ? `list:${lists.join(',')}` : undefined;
}

/** The first open fires its plain and its unique form, and counts once. */
function keysOf(event: JsonObject, engagement: Engagement): readonly DedupKey[] {
  const { type, providerEventType, providerMessageId, recipient, occurredAt, url, scope } = engagement;
  const plain = providerEventType.replace(/^unique_/, '').replace(/^opened$/, 'open');
  const parts = [plain, providerMessageId, recipient?.toLowerCase() ?? null, url ?? null, scope ?? null];
  if (type === 'opened' && occurredAt !== null) return nearbyKeys(occurredAt, 1_000, ['brevo', ...parts]);
  return [timedKey('brevo', occurredAt, parts, event)];
}
