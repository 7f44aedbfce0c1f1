/**
 * Loops: one JSON event a request, signed as Standard Webhooks say.
 * Source: loops.so/docs/webhooks.
 */
import type { JsonObject } from '#contracts/json.js';
import { recipientOf } from './payload/address.js';
import { normaliseObject } from './payload/bodies.js';
import { type DedupKey, nearbyKeys } from './payload/dedup-keys.js';
import { type ElementReading, engaged, withoutUndefined } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { at, filledObject, firstText, text } from './payload/fields.js';
import { readTime } from './payload/time.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider, ProviderRequest } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { deliveryId } from './signing/delivery-id.js';
import { verifyStandardWebhooks } from './signing/standard-webhooks.js';

const SCHEME = 'standard-webhooks-v1';

const TYPES: TypeTable = {
  'campaign.email.sent': 'processed',
  'loop.email.sent': 'processed',
  'transactional.email.sent': 'processed',
  'email.delivered': 'delivered',
  'email.softBounced': 'soft_bounce',
  'email.hardBounced': 'hard_bounce',
  'email.opened': 'opened',
  'email.clicked': 'clicked',
  'email.unsubscribed': 'unsubscribed',
  'email.resubscribed': 'resubscribed',
  'email.spamReported': 'complaint',
  'contact.unsubscribed': 'unsubscribed',
  'contact.mailingList.subscribed': 'subscription_change',
  'contact.mailingList.unsubscribed': 'subscription_change',
};

/** `email.unsubscribed` and the `contact.unsubscribed` that follows it are one act; they come within this time. */
const ONE_ACT_MS = 10_000;

export const loops: Provider = {
  name: 'loops',
  title: 'Loops',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 15_000,
  retryWindowHours: null,
  publishedAddresses: [],
  setup: { issuedKeys: [SCHEME] },
  verify: (request, source, now) =>
    source.scheme === SCHEME ? verifyStandardWebhooks(request, source, now) : verifyCredentials(request, source),
  normalise: (request) => normaliseObject(request.body, (event) => readEvent(event, request)),
};

function readEvent(event: JsonObject, request: ProviderRequest): ElementReading {
  const name = text(event['eventName']);
  if (name === null) return 'the event has no eventName';
  if (name === 'testing.testEvent') return [];
  const type = typeIn(TYPES, name);
  const id = deliveryId(request);
  const recipient = recipientOf(at(event, 'contactIdentity', 'email') ?? at(event, 'contact', 'email'));
  const contactId = firstText(at(event, 'contactIdentity', 'id'), at(event, 'contact', 'id'));
  const messageId = text(at(event, 'email', 'id'));
  const occurredAt = readTime(event['eventTime']);
  const url =
    type === 'clicked' ? (firstText(event['url'], event['link'], at(event, 'click', 'url')) ?? undefined) : undefined;
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient,
    providerEventId: id,
    providerMessageId: messageId,
    occurredAt,
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url,
    metadata: sentAs(event),
    scope: scopeOf(type, event),
    contactId: contactId ?? undefined,
  });
  const person = recipient ?? contactId;
  const parts = [name, messageId, person, text(at(event, 'mailingList', 'id'))];
  const ownKeys = eventKeys('loops', id, occurredAt, parts, event);
  const actKeys: readonly DedupKey[] =
    type === 'unsubscribed' && person !== null ? nearbyKeys(occurredAt, ONE_ACT_MS, ['unsubscribed', person]) : [];
  return [{ engagement, dedupKeys: [...ownKeys, ...actKeys], linksContactId: true }];
}

/** What the mail was part of, by Loops' own names; `loopId` is a workflow. */
const sentAs = (event: JsonObject): JsonObject | undefined =>
  filledObject(
    withoutUndefined<JsonObject>({
      campaignId: event['campaignId'],
      loopId: event['loopId'],
      transactionalId: event['transactionalId'],
      sourceType: event['sourceType'],
    }),
  );

function scopeOf(type: string, event: JsonObject): string | undefined {
  const listId = text(at(event, 'mailingList', 'id'));
  if (type === 'subscription_change') return listId === null ? undefined : `list:${listId}`;
  return type === 'unsubscribed' || type === 'resubscribed' ? 'all' : undefined;
}
