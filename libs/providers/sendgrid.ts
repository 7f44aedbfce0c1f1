/**
 * SendGrid Event Webhook and Inbound Parse.
 * Sources: www.twilio.com/docs/sendgrid/for-developers/tracking-events/event (events), …/getting-started-event-webhook-
 * security-features (signature: ECDSA P-256 over timestamp + raw body), …/parsing-email/setting-up-the-inbound-parse-webhook.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Actor, Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { recipientOf } from './payload/address.js';
import { type ElementReading, engaged, malformed, normaliseElements, nothing } from './payload/engaged.js';
import { filled, filledObject, flag, isObject, object, rawText, text, textList } from './payload/fields.js';
import { isMultipart, isUrlencoded } from './payload/form.js';
import { readBatch } from './payload/json.js';
import { readTime } from './payload/time.js';
import { idKey, timedKey } from './payload/timed-key.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Normalised, Provider, ProviderRequest, SourceSettings, Verification, VerifyClock } from './provider.js';
import { normaliseInboundParse } from './sendgrid/inbound-parse.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { headerSeconds, staleness } from './signing/freshness.js';
import { attempt, keyCache } from './signing/key-cache.js';
import { refused, stale, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'sendgrid-ecdsa-p256-sha256';

const TYPES: TypeTable = {
  processed: 'processed',
  delivered: 'delivered',
  deferred: 'deferred',
  dropped: 'dropped',
  open: 'opened',
  click: 'clicked',
  spamreport: 'complaint',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
  group_resubscribe: 'resubscribed',
};

/** A bounce's `type`; one without a type is of the years before blocks were told apart. */
const BOUNCES: TypeTable = { bounce: 'hard_bounce', blocked: 'soft_bounce', expired: 'soft_bounce' };

/** Top-level members SendGrid sets itself; every other one came from unique_args or custom_args. */
const OWN_MEMBERS = new Set(
  `email timestamp event smtp-id sg_event_id sg_message_id useragent ip url url_offset reason status response attempt tls
  cert_err type bounce_classification category asm_group_id sg_machine_open sg_content_type sg_template_id sg_template_name
  sg_user_id marketing_campaign_id marketing_campaign_name marketing_campaign_version marketing_campaign_split_id
  singlesend_id singlesend_name mc_stats mc_auto_id mc_auto_name mc_pod_id phase_id template_id newsletter
  nlvx_campaign_id nlvx_campaign_split_id nlvx_user_id pool post_type send_at unique_args custom_args`.split(/\s+/),
);

/** What "Test Your Integration" puts into every event it posts; its event ids are new each time. */
const TEST_ADDRESS = 'example@test.com';
const TEST_MESSAGE = '14c5d75ce93.dfd.64b469.';

export const sendgrid: Provider = {
  name: 'sendgrid',
  title: 'SendGrid',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: 24,
  publishedAddresses: [],
  setup: {
    keyProblem: (scheme, key) =>
      scheme !== SCHEME || publicKey(key)?.asymmetricKeyType === 'ec'
        ? null
        : 'Expected the verification key as SendGrid shows it: MFkw… in base64',
  },
  verify(request, source, now) {
    return source.scheme === SCHEME ? verifySignature(request, source, now) : verifyCredentials(request, source);
  },
  normalise(request) {
    const contentType = request.headers['content-type'];
    return isMultipart(contentType) || isUrlencoded(contentType)
      ? normaliseInboundParse(request)
      : normaliseEvents(request.body);
  },
};

const publicKey: (key: string) => KeyObject | null = keyCache((key) =>
  key.includes('-----BEGIN')
    ? createPublicKey(key)
    : createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }),
);

function verifySignature(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const signature = request.headers['x-twilio-email-event-webhook-signature'];
  const timestamp = request.headers['x-twilio-email-event-webhook-timestamp'];
  if (!signature || !timestamp) return refused('signature or timestamp header is missing');
  const content = Buffer.concat([Buffer.from(timestamp), request.body]);
  const mac = Buffer.from(signature, 'base64');
  const isGenuine = usableKeys(source).some((key) => {
    const known = publicKey(key);
    return known !== null && (attempt(() => verify('sha256', content, known, mac)) ?? false);
  });
  if (!isGenuine) return refused('the signature does not fit the body');
  const signedAt = headerSeconds(timestamp);
  if (signedAt === null) return refused('the timestamp header is not a number');
  const late = staleness(signedAt, now, source);
  return late === undefined ? verified() : stale(late, true);
}

function normaliseEvents(body: Buffer): Normalised {
  const batch = readBatch(body);
  if (!batch.ok) return malformed(batch.error);
  return batch.elements.length === 0 ? nothing : normaliseElements(batch.elements, readEvent, body);
}

function readEvent(event: Json): ElementReading {
  if (!isObject(event)) return 'the event is not an object';
  const name = text(event['event']);
  if (name === null) return 'the event has no name';
  const engagement = engagementOf(event, name);
  return [{ engagement, dedupKeys: keysOf(event, engagement), ...(isTest(event) ? { isTest: true } : {}) }];
}

function engagementOf(event: JsonObject, name: string): Engagement {
  const type = typeOf(event, name);
  return engaged({
    type,
    providerEventType: name,
    recipient: recipientOf(event['email']),
    providerEventId: text(event['sg_event_id']),
    providerMessageId: text(event['sg_message_id']) ?? text(event['smtp-id']),
    occurredAt: readTime(event['timestamp']),
    actor: actorOf(event, type),
    url: type === 'clicked' ? (text(event['url']) ?? undefined) : undefined,
    reason: rawText(event['reason']) ?? rawText(event['response']) ?? undefined,
    bounce:
      name === 'bounce'
        ? {
            status: text(event['status']),
            type: text(event['type']),
            classification: text(event['bounce_classification']),
          }
        : undefined,
    tags: filled(textList(event['category'])),
    metadata: metadataOf(event),
    scope: scopeOf(event, name),
    userAgent: text(event['useragent']) ?? undefined,
    ip: text(event['ip']) ?? undefined,
  });
}

function typeOf(event: JsonObject, name: string): EngagementType {
  if (name !== 'bounce') return typeIn(TYPES, name);
  const bounce = typeIn(BOUNCES, text(event['type']));
  return bounce === 'unknown' ? 'hard_bounce' : bounce;
}

function actorOf(event: JsonObject, type: EngagementType): Actor | undefined {
  if (type === 'clicked') return 'unknown';
  if (type !== 'opened') return undefined;
  const isMachine = flag(event['sg_machine_open']);
  return isMachine === undefined ? 'unknown' : isMachine ? 'machine' : 'human';
}

function scopeOf(event: JsonObject, name: string): string | undefined {
  if (name === 'unsubscribe') return 'all';
  const group = name.startsWith('group_') ? text(event['asm_group_id']) : null;
  return group === null ? undefined : `group:${group}`;
}

function metadataOf(event: JsonObject): JsonObject | undefined {
  const merged = Object.entries(event).filter(([name]) => !OWN_MEMBERS.has(name));
  const whole = ['unique_args', 'custom_args'].flatMap((name) => Object.entries(object(event[name])));
  return filledObject(Object.fromEntries([...whole, ...merged]));
}

/** sg_event_id may change when an event is sent again, and is missing on some: the composite is the second key. */
function keysOf(event: JsonObject, { occurredAt, providerEventId, providerEventType, recipient }: Engagement) {
  const parts = ['sg_message_id', 'url', 'asm_group_id'].map((name) => text(event[name]));
  return [
    ...idKey('sg_event_id', providerEventId, providerEventType),
    timedKey('sendgrid', occurredAt, [providerEventType, recipient?.toLowerCase() ?? null, ...parts], event),
  ];
}

function isTest(event: JsonObject): boolean {
  return text(event['email']) === TEST_ADDRESS && (text(event['sg_message_id']) ?? '').startsWith(TEST_MESSAGE);
}
