/**
 * Postmark webhooks and inbound mail. It signs nothing: basic auth, a custom header or a secret path, and an allow-list.
 * Sources: postmarkapp.com/developer/webhooks/webhooks-overview and the page of each event; …/api/bounce-api (types).
 */
import type { Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { recipientOf } from './payload/address.js';
import type { DedupKey } from './payload/dedup-keys.js';
import { type ElementReading, engaged, malformed, normaliseElements } from './payload/engaged.js';
import { at, filled, filledObject, flag, isObject, list, rawText, text, textList } from './payload/fields.js';
import { readBatch } from './payload/json.js';
import { readTime } from './payload/time.js';
import { timedKey } from './payload/timed-key.js';
import { type TypeTable, typeIn } from './payload/type-table.js';
import type { Provider } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';

const TYPES: TypeTable = { Delivery: 'delivered', SpamComplaint: 'complaint', Open: 'opened', Click: 'clicked' };

/** `Type` of a bounce. All others (AutoResponder, AddressChange, …) say nothing about the address. */
const BOUNCES: TypeTable = {
  HardBounce: 'hard_bounce',
  BadEmailAddress: 'hard_bounce',
  SoftBounce: 'soft_bounce',
  DnsError: 'soft_bounce',
  Blocked: 'soft_bounce',
  SpamNotification: 'soft_bounce',
  Transient: 'deferred',
  Unsubscribe: 'unsubscribed',
  Subscribe: 'resubscribed',
  ManuallyDeactivated: 'dropped',
  SpamComplaint: 'complaint',
};

/** Which member has the time of the event, by record. */
const TIMES = ['BouncedAt', 'DeliveredAt', 'ReceivedAt', 'ChangedAt', 'Date'];

export const postmark: Provider = {
  name: 'postmark',
  title: 'Postmark',
  schemes: CREDENTIAL_SCHEMES,
  // 403 would make Postmark stop.
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: 10.5,
  publishedAddresses: ['3.134.147.250/32', '50.31.156.6/32', '50.31.156.77/32', '18.217.206.57/32'],
  verify: verifyCredentials,
  normalise(request) {
    const batch = readBatch(request.body);
    return batch.ok ? normaliseElements(batch.elements, readRecord, request.body) : malformed(batch.error);
  },
};

function readRecord(record: Json): ElementReading {
  if (!isObject(record)) return 'the record is not an object';
  const name = text(record['RecordType']) ?? impliedType(record);
  if (name === 'Inbound' || (name === null && isInbound(record))) return readInbound(record);
  if (name === null) return 'the record has no RecordType';
  const engagement = engagementOf(record, name);
  return [{ engagement, dedupKeys: [keyOf(record, engagement)] }];
}

function engagementOf(record: JsonObject, name: string): Engagement {
  const type = typeOf(record, name);
  const isReport = name === 'Bounce' || name === 'SpamComplaint';
  return engaged({
    type,
    providerEventType: name,
    recipient: recipientOf(record['Recipient']) ?? recipientOf(record['Email']),
    providerEventId: text(record['ID']),
    providerMessageId: text(record['MessageID']),
    occurredAt: timeOf(record),
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url: text(record['OriginalLink']) ?? undefined,
    reason: reasonOf(record, name),
    bounce: isReport ? { type: text(record['Type']), code: codeOf(record['TypeCode']) } : undefined,
    tags: filled(textList(record['Tag'])),
    metadata: filledObject(record['Metadata']),
    scope: text(record['MessageStream']) ?? undefined,
    userAgent: text(record['UserAgent']) ?? undefined,
    ip: text(at(record, 'Geo', 'IP')) ?? undefined,
  });
}

function typeOf(record: JsonObject, name: string): EngagementType {
  if (name === 'Bounce') return typeIn(BOUNCES, text(record['Type']));
  return name === 'SubscriptionChange' ? changeType(record) : typeIn(TYPES, name);
}

/** Only a recipient's own choice is an unsubscribe; a bounce or complaint behind a change comes as its own event. */
function changeType(record: JsonObject): EngagementType {
  if (flag(record['SuppressSending']) === false) return 'resubscribed';
  const isOwnChoice = record['SuppressionReason'] === 'ManualSuppression' && record['Origin'] === 'Recipient';
  return isOwnChoice ? 'unsubscribed' : 'subscription_change';
}

function reasonOf(record: JsonObject, name: string): string | undefined {
  const said = name === 'SubscriptionChange' ? record['SuppressionReason'] : record['Details'];
  return rawText(said) ?? rawText(record['Description']) ?? undefined;
}

const codeOf = (code: Json | undefined): string | number | null =>
  typeof code === 'number' || typeof code === 'string' ? code : null;

function timeOf(record: JsonObject): string | null {
  for (const name of TIMES) {
    const time = readTime(record[name]);
    if (time !== null) return time;
  }
  return null;
}

function keyOf(record: JsonObject, engagement: Engagement): DedupKey {
  const { providerEventType: name, providerEventId, providerMessageId, recipient, occurredAt, url } = engagement;
  if (providerEventId !== null) return ['postmark', name, providerEventId];
  const parts = [name, providerMessageId, recipient?.toLowerCase() ?? null, url ?? null];
  return timedKey('postmark', occurredAt, parts, record);
}

/** Inbound mail never has a RecordType. */
const isInbound = (record: JsonObject): boolean =>
  ['FromFull', 'ToFull', 'OriginalRecipient', 'RawEmail'].some((name) => record[name] !== undefined);

/** Webhooks set up before 2018 have no RecordType: a member that only one record has tells it. */
const IMPLIED: readonly (readonly [string, string])[] = [
  ['BouncedAt', 'Bounce'],
  ['DeliveredAt', 'Delivery'],
  ['OriginalLink', 'Click'],
  ['FirstOpen', 'Open'],
  ['SuppressSending', 'SubscriptionChange'],
];

function impliedType(record: JsonObject): string | null {
  const found = IMPLIED.find(([member]) => record[member] !== undefined)?.[1] ?? null;
  return found === 'Bounce' && record['Type'] === 'SpamComplaint' ? 'SpamComplaint' : found;
}

function readInbound(mail: JsonObject): ElementReading {
  const id = text(mail['MessageID']);
  const to = at(mail, 'ToFull', 0);
  const recipient = recipientOf(mail['OriginalRecipient']) ?? recipientOf(at(to, 'Email')) ?? recipientOf(mail['To']);
  const engagement = engaged({
    type: 'inbound',
    providerEventType: 'Inbound',
    recipient,
    providerEventId: id,
    providerMessageId: id,
    occurredAt: timeOf(mail),
    tags: filled(textList(mail['Tag'])),
    inbound: {
      from: recipientOf(at(mail, 'FromFull', 'Email')) ?? recipientOf(mail['From']),
      fromName: text(at(mail, 'FromFull', 'Name')) ?? text(mail['FromName']),
      subject: text(mail['Subject']),
      rfcMessageId: header(mail, 'message-id'),
      inReplyTo: header(mail, 'in-reply-to'),
      to: recipientOf(at(to, 'Email')) ?? recipient,
      mailboxHash: text(mail['MailboxHash']) ?? text(at(to, 'MailboxHash')),
    },
  });
  return [
    { engagement, dedupKeys: [id === null ? timedKey('postmark.inbound', null, [], mail) : ['postmark.inbound', id]] },
  ];
}

function header(mail: JsonObject, name: string): string | null {
  const found = list(mail['Headers']).find((field) => text(at(field, 'Name'))?.toLowerCase() === name);
  return text(at(found, 'Value'));
}
