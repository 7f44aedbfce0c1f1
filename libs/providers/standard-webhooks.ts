/**
 * Any sender that signs as Standard Webhooks or Svix say. The payload is the sender's own; the specification advises
 * `{type, timestamp, data}`.
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
 */
import type { JsonObject } from '#contracts/json.js';
import { normaliseObject } from './payload/bodies.js';
import { type ElementReading, engaged } from './payload/engaged.js';
import { eventKeys } from './payload/event-keys.js';
import { readGenericEvent } from './payload/generic-event.js';
import type { Provider, ProviderRequest, SourceSettings } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { deliveryId } from './signing/delivery-id.js';
import { verifyStandardWebhooks } from './signing/standard-webhooks.js';

/** Version 1 is HMAC, version 1a Ed25519; the signatures of a request say which, whatever the scheme is called. */
const SCHEMES = ['standard-webhooks-v1', 'standard-webhooks-v1a', 'svix-v1', 'svix-v1a'] as const;

export const standardWebhooks: Provider = {
  name: 'standard-webhooks',
  title: 'Standard Webhooks and Svix',
  schemes: [...SCHEMES, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  throttledStatus: 429,
  timeoutMs: 15_000,
  retryWindowHours: 75,
  publishedAddresses: [],
  setup: { payload: ['fields'] },
  verify: (request, source, now) =>
    SCHEMES.some((scheme) => scheme === source.scheme)
      ? verifyStandardWebhooks(request, source, now)
      : verifyCredentials(request, source),
  normalise: (request, source) => normaliseObject(request.body, (payload) => readPayload(payload, request, source)),
};

function readPayload(payload: JsonObject, request: ProviderRequest, source: SourceSettings): ElementReading {
  const event = readGenericEvent(payload, source);
  const id = deliveryId(request) ?? event.eventId;
  const name = event.name ?? 'unknown';
  const engagement = engaged({
    type: event.type,
    providerEventType: name,
    recipient: event.recipient,
    providerEventId: id,
    providerMessageId: event.messageId,
    occurredAt: event.occurredAt,
    actor: event.type === 'opened' || event.type === 'clicked' ? 'unknown' : undefined,
    url: event.url ?? undefined,
    reason: event.reason ?? undefined,
    contactId: event.contactId ?? undefined,
  });
  const parts = [name, event.messageId, event.recipient ?? event.contactId, event.url];
  const dedupKeys = eventKeys('standard-webhooks', id, event.occurredAt, parts, payload);
  return [{ engagement, dedupKeys, idsPerSource: true }];
}
