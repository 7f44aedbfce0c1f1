/**
 * Any sender that signs with an HMAC header (GitHub, Slack and Stripe do in this way), described by the source's settings.
 *
 * The payload is ours: a JSON object, or an array of them, `{type, email, occurredAt, id, messageId, url, …}`. `type` is a
 * canonical type or `custom.<name>`; any other is recorded as unknown under its own name. A sender with other names is
 * met by `fields`: our name → its path (`user.email`, `data.0.at`), or `header:<name>` for a header.
 */
import { type Actor, ENGAGEMENT_TYPES, type Engagement, type EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { GENERIC_SCHEME, GENERIC_SETUP } from './generic-hmac/setup.js';
import { recipientOf } from './payload/address.js';
import type { DedupKey } from './payload/dedup-keys.js';
import { type ElementReading, engaged, malformed, normaliseElements } from './payload/engaged.js';
import { at, filled, filledObject, isObject, rawText, text, textList } from './payload/fields.js';
import { isMultipart, isUrlencoded, readForm } from './payload/form.js';
import { type BatchReading, readBatch } from './payload/json.js';
import { readTime } from './payload/time.js';
import { idKey, timedKey } from './payload/timed-key.js';
import type { Provider, ProviderRequest, SourceSettings } from './provider.js';
import { verifyConfiguredHmac } from './signing/configured-hmac.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';

/** Our names and where they are read from by default; the first path that holds something counts. */
const DEFAULT_FIELDS = {
  type: ['type', 'event'],
  email: ['email', 'recipient'],
  occurredAt: ['occurredAt', 'occurred_at', 'timestamp', 'time'],
  id: ['id', 'eventId', 'event_id'],
  messageId: ['messageId', 'message_id'],
  contactId: ['contactId', 'contact_id'],
  url: ['url'],
  reason: ['reason'],
  actor: ['actor'],
  scope: ['scope'],
  channel: ['channel'],
  tags: ['tags'],
  metadata: ['metadata'],
  userAgent: ['userAgent', 'user_agent'],
  ip: ['ip'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type FieldName = keyof typeof DEFAULT_FIELDS;

export const genericHmac: Provider = {
  name: 'generic-hmac',
  title: 'Any sender with an HMAC header',
  schemes: [GENERIC_SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  throttledStatus: 429,
  timeoutMs: 10_000,
  retryWindowHours: null,
  publishedAddresses: [],
  setup: GENERIC_SETUP,
  verify(request, source, now) {
    return source.scheme === GENERIC_SCHEME
      ? verifyConfiguredHmac(request, source, now)
      : verifyCredentials(request, source);
  },
  normalise(request, source) {
    const batch = readElements(request);
    if (!batch.ok) return malformed(batch.error);
    if (batch.elements.length === 0) return { outcome: 'ignore', reason: 'an empty batch' };
    const read = (element: Json, index: number) => readElement(element, index, request, source);
    return normaliseElements(batch.elements, read, batch.isArray ? request.body : '');
  },
};

/** JSON, or a form whose fields are the members. */
function readElements(request: ProviderRequest): BatchReading {
  const contentType = request.headers['content-type'];
  if (!isMultipart(contentType) && !isUrlencoded(contentType)) return readBatch(request.body);
  const fields = readForm(request.body, contentType).fields;
  if (fields.length === 0) return { ok: false, error: 'the form has no fields' };
  return { ok: true, isArray: false, elements: [{ index: 0, value: Object.fromEntries(fields) }] };
}

function readElement(element: Json, index: number, request: ProviderRequest, source: SourceSettings): ElementReading {
  if (!isObject(element)) return 'the element is not an object';
  const field = (name: FieldName): Json | undefined => readField(element, name, request, source);
  const name = text(field('type'));
  if (name === null) return 'the element has no type';
  const type = typeOf(name);
  const headerId = source.idHeader ? text(request.headers[source.idHeader.toLowerCase()]) : null;
  const id = text(field('id'));
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient: recipientOf(field('email')),
    providerEventId: id ?? headerId,
    providerMessageId: text(field('messageId')),
    occurredAt: readTime(field('occurredAt')),
    actor: type === 'opened' || type === 'clicked' ? actorOf(text(field('actor'))) : undefined,
    url: text(field('url')) ?? undefined,
    reason: rawText(field('reason')) ?? undefined,
    tags: filled(textList(field('tags'))),
    metadata: filledObject(field('metadata')),
    scope: text(field('scope')) ?? (type === 'unsubscribed' ? 'all' : undefined),
    channel: text(field('channel')) ?? undefined,
    contactId: text(field('contactId')) ?? undefined,
    userAgent: text(field('userAgent')) ?? undefined,
    ip: text(field('ip')) ?? undefined,
  });
  // The header's id is the delivery's: the element's place tells the elements of one delivery apart.
  const [key = compositeOf(engagement, element)] =
    id === null ? idKey('delivery', headerId, index) : idKey('event', id);
  return [{ engagement, dedupKeys: [key], idsPerSource: true }];
}

function readField(
  element: JsonObject,
  name: FieldName,
  request: ProviderRequest,
  source: SourceSettings,
): Json | undefined {
  const configured =
    source.fields !== undefined && Object.hasOwn(source.fields, name) ? source.fields[name] : undefined;
  for (const path of configured === undefined ? DEFAULT_FIELDS[name] : [configured]) {
    const value = path.startsWith('header:')
      ? request.headers[path.slice(7).toLowerCase()]
      : at(element, ...steps(path));
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

const steps = (path: string): readonly (string | number)[] =>
  path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

const CANONICAL: ReadonlySet<string> = new Set(ENGAGEMENT_TYPES);

function isType(name: string): name is EngagementType {
  return CANONICAL.has(name) || /^custom\.[\w.-]{1,100}$/.test(name);
}

const typeOf = (name: string): EngagementType => (isType(name) ? name : 'unknown');

const actorOf = (actor: string | null): Actor => (actor === 'human' || actor === 'machine' ? actor : 'unknown');

function compositeOf(engagement: Engagement, element: JsonObject): DedupKey {
  const { providerEventType, providerMessageId, recipient, occurredAt, url, contactId } = engagement;
  const parts = [
    providerEventType,
    providerMessageId,
    recipient?.toLowerCase() ?? null,
    url ?? null,
    contactId ?? null,
  ];
  return timedKey('generic', occurredAt, parts, element);
}
