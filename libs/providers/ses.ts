/**
 * Amazon SES through an SNS subscription. The SES event is a JSON text in the envelope's `Message`.
 * Sources: docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html (envelope, confirmation),
 * docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html and …/notification-contents.html.
 */
import type { JsonObject } from '#contracts/json.js';
import { engaged, malformed, normaliseOne } from './payload/engaged.js';
import { isObject, text } from './payload/fields.js';
import { readJson } from './payload/json.js';
import { perRequest } from './payload/per-request.js';
import { readTime } from './payload/time.js';
import { contentKey, idKey } from './payload/timed-key.js';
import type { Normalised, Provider, SourceSettings } from './provider.js';
import { type Envelope, isSesEvent, readSesEvent } from './ses/event.js';
import { SES_SETUP, SNS_SCHEME } from './ses/setup.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { snsUrl, topicsOf, verifySns } from './signing/sns.js';
import { refused } from './signing/verdict.js';

const bodyOf = perRequest((request) => readJson(request.body));

export const ses: Provider = {
  name: 'ses',
  title: 'Amazon SES (through SNS)',
  schemes: [SNS_SCHEME, ...CREDENTIAL_SCHEMES],
  // Any 4xx makes SNS drop the message for good.
  unavailableStatus: 503,
  slowStatus: 503,
  timeoutMs: 15_000,
  retryWindowHours: 1,
  publishedAddresses: [],
  setup: SES_SETUP,
  verify(request, source) {
    if (source.scheme !== SNS_SCHEME) return verifyCredentials(request, source);
    const body = bodyOf(request);
    if (!body.ok || !isObject(body.value)) return refused('the body is not an SNS envelope');
    return verifySns(body.value, source);
  },
  normalise(request, source) {
    const body = bodyOf(request);
    if (!body.ok) return malformed(body.error);
    if (!isObject(body.value)) return malformed('the body is not an object');
    // Raw message delivery drops the envelope: what is left of it is in headers.
    const rawId = text(request.headers['x-amz-sns-message-id']);
    if (isSesEvent(body.value)) return normaliseEvent(body.value, { id: rawId, sentAt: null });
    return normaliseEnvelope(body.value, source, request.body);
  },
};

function normaliseEnvelope(envelope: JsonObject, source: SourceSettings, body: Buffer): Normalised {
  switch (text(envelope['Type'])) {
    case 'Notification':
      return normaliseMessage(envelope, body);
    case 'SubscriptionConfirmation':
      return confirmation(envelope, source);
    case 'UnsubscribeConfirmation':
      // Its SubscribeURL would subscribe again: nothing is fetched.
      return {
        outcome: 'handshake',
        response: { status: 200 },
        alert: `SNS ended the subscription to ${topicOf(envelope)}`,
      };
    default:
      return malformed('the body is neither an SNS envelope nor an SES event');
  }
}

const topicOf = (envelope: JsonObject): string => text(envelope['TopicArn']) ?? 'an unnamed topic';

/** Confirmed without a person only where the source names its topics: anybody may subscribe a URL to a topic of theirs. */
function confirmation(envelope: JsonObject, source: SourceSettings): Normalised {
  const subscribeUrl = snsUrl(envelope, 'SubscribeURL');
  if (topicsOf(source).length > 0 && subscribeUrl !== null) {
    return { outcome: 'handshake', response: { status: 200 }, fetch: subscribeUrl };
  }
  const alert = `SNS asks to subscribe ${topicOf(envelope)}: name the topic in the source's settings, then request the confirmation again`;
  return { outcome: 'handshake', response: { status: 200 }, alert };
}

function normaliseEvent(event: JsonObject, envelope: Envelope): Normalised {
  return event['notificationType'] === 'AmazonSnsSubscriptionSucceeded'
    ? TRIAL
    : normaliseOne(readSesEvent(event, envelope));
}

/** SES says so itself when a topic is attached to an identity or a configuration set. */
const TRIAL: Normalised = { outcome: 'ignore', reason: 'SES tried the topic out' };

function normaliseMessage(envelope: JsonObject, body: Buffer): Normalised {
  const message = typeof envelope['Message'] === 'string' ? envelope['Message'] : '';
  const id = text(envelope['MessageId']);
  const sentAt = readTime(envelope['Timestamp']);
  if (/^\s*Successfully validated SNS topic for Amazon SES/i.test(message)) return TRIAL;
  const reading = readJson(message);
  if (reading.ok && isSesEvent(reading.value)) return normaliseEvent(reading.value, { id, sentAt });
  const engagement = engaged({
    type: 'unknown',
    providerEventType: 'sns:raw',
    recipient: null,
    providerEventId: id,
    providerMessageId: null,
    occurredAt: sentAt,
  });
  const [key = contentKey('sns', body)] = idKey('sns', id);
  return normaliseOne([{ engagement, dedupKeys: [key] }]);
}
