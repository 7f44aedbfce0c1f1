/**
 * CloudEvents 1.0 over HTTP: binary, structured and batched mode, and the handshake of web hooks.
 * Source: github.com/cloudevents/spec, cloudevents/bindings/http-protocol-binding.md and cloudevents/http-webhook.md.
 */
import { normaliseObject, normaliseObjects } from './payload/bodies.js';
import { binaryCloudEvent, type CloudEventReading, structuredCloudEvent } from './payload/cloudevent.js';
import { type ElementReading, engaged, malformed, normaliseOne } from './payload/engaged.js';
import { text } from './payload/fields.js';
import { type FieldPaths, readGenericEvent } from './payload/generic-event.js';
import { readBatch } from './payload/json.js';
import type { HandshakeResponse, Normalised, Provider, ProviderRequest, SourceSettings } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { verifyStandardWebhooks } from './signing/standard-webhooks.js';

const SIGNED_SCHEME = 'standard-webhooks-v1';

export const cloudevents: Provider = {
  name: 'cloudevents',
  title: 'CloudEvents',
  // The specification signs nothing: a bearer token first, as its web hook part has it.
  schemes: ['bearer', ...CREDENTIAL_SCHEMES.filter((scheme) => scheme !== 'bearer'), SIGNED_SCHEME],
  unavailableStatus: 429,
  slowStatus: 429,
  timeoutMs: 10_000,
  retryWindowHours: null,
  publishedAddresses: [],
  setup: { payload: ['fields'] },
  greet: (request) => (request.method === 'OPTIONS' ? answerOptions(request) : undefined),
  verify: (request, source, now) =>
    source.scheme === SIGNED_SCHEME ? verifyStandardWebhooks(request, source, now) : verifyCredentials(request, source),
  normalise: (request, source) => withStatus(normalise(request, source)),
};

/**
 * Grants the sender what it asks for. An OPTIONS without an origin is a browser's preflight: a `WebHook-Allowed-*`
 * header would be consent that nobody asked for. The callback URL is never fetched.
 */
function answerOptions(request: ProviderRequest): HandshakeResponse {
  const origin = request.headers['webhook-request-origin']?.trim() ?? '';
  if (!/^[\x21-\x7e]{1,253}$/.test(origin)) return { status: 204, headers: { Allow: 'POST' } };
  const rate = request.headers['webhook-request-rate']?.trim() ?? '';
  return {
    status: 200,
    headers: {
      Allow: 'POST',
      'WebHook-Allowed-Origin': origin,
      'WebHook-Allowed-Rate': /^[1-9]\d{0,8}$/.test(rate) ? rate : '*',
    },
  };
}

const MEDIA_TYPE = /^application\/cloudevents(-batch)?(?:\+([\w.-]+))?$/;

/** The mode is told by the content type alone. */
function normalise(request: ProviderRequest, source: SourceSettings): Normalised {
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const match = MEDIA_TYPE.exec(mediaType);
  if (match === null) return normaliseOne(record(binaryCloudEvent(request), source));
  const [, isBatch, format] = match;
  if (format !== 'json') {
    return { outcome: 'reject', kind: 'malformed', error: `event format ${mediaType} is not known`, status: 415 };
  }
  if (isBatch === undefined) {
    return normaliseObject(request.body, (event) => record(structuredCloudEvent(event), source));
  }
  const batch = readBatch(request.body);
  if (!batch.ok) return malformed(batch.error);
  if (!batch.isArray) return malformed('a batch is a JSON array');
  return normaliseObjects(batch.elements, (event) => record(structuredCloudEvent(event), source), request.body);
}

/** A sender of CloudEvents is told of its mistake: it does not send the same again for ever. */
const withStatus = (normalised: Normalised): Normalised =>
  normalised.outcome === 'reject' && normalised.status === undefined ? { ...normalised, status: 400 } : normalised;

/** The data belongs to the sender, so only the address is looked for there; other members by the source's settings. */
const PATHS: FieldPaths = {
  type: ['type'],
  email: ['data.recipient', 'data.email', 'data.to'],
  id: ['id'],
  occurredAt: ['time'],
  url: ['data.url', 'data.link'],
  reason: ['data.reason'],
};

function record(reading: CloudEventReading, source: SourceSettings): ElementReading {
  if (typeof reading === 'string') return reading;
  const event = readGenericEvent(reading.whole, source, PATHS);
  const subject = text(reading.whole['subject']);
  const isAddress = subject !== null && /^[^\s@<>]+@[^\s@<>]+$/.test(subject);
  const engagement = engaged({
    type: event.type,
    providerEventType: reading.type,
    recipient: isAddress && source.fields?.['email'] === undefined ? subject : event.recipient,
    providerEventId: reading.id,
    providerMessageId: event.messageId,
    occurredAt: event.occurredAt,
    actor: event.type === 'opened' || event.type === 'clicked' ? 'unknown' : undefined,
    url: event.url ?? undefined,
    reason: event.reason ?? undefined,
    metadata: { source: reading.source },
    contactId: event.contactId ?? undefined,
  });
  return [{ engagement, dedupKeys: [[reading.source, reading.id]], idsPerSource: true }];
}
