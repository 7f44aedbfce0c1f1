/** One event of a Mandrill batch: a message event, an inbound mail, or a change of the deny or allow list (sync). */
import type { Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { readMailbox, recipientOf } from '../payload/address.js';
import type { DedupKey } from '../payload/dedup-keys.js';
import { type ElementReading, engaged } from '../payload/engaged.js';
import { at, filled, filledObject, isObject, object, rawText, text, textList } from '../payload/fields.js';
import { headerIn } from '../payload/header-object.js';
import { type MailHeaders, readMailHeaders } from '../payload/mail-headers.js';
import { readTime } from '../payload/time.js';
import { timedKey } from '../payload/timed-key.js';
import { type TypeTable, typeIn } from '../payload/type-table.js';

const TYPES: TypeTable = {
  send: 'processed',
  delivered: 'delivered',
  deferral: 'deferred',
  soft_bounce: 'soft_bounce',
  hard_bounce: 'hard_bounce',
  reject: 'dropped',
  open: 'opened',
  click: 'clicked',
  spam: 'complaint',
  unsub: 'unsubscribed',
  inbound: 'inbound',
};

/** Sync events have a `type` and an `action`, and no `event`. */
const SYNC_TYPES: TypeTable = { blacklist: 'subscription_change', whitelist: 'subscription_change' };

export function readMandrillEvent(event: Json): ElementReading {
  if (!isObject(event)) return 'the event is not an object';
  const name = text(event['event']);
  const syncName = text(event['type']);
  if (name === null && syncName === null) return 'the event has no name';
  const engagement = name === null ? syncOf(event, syncName ?? '') : engagementOf(event, name);
  return [{ engagement, dedupKeys: [keyOf(event, engagement)] }];
}

function engagementOf(event: JsonObject, name: string): Engagement {
  const type = typeIn(TYPES, name);
  const message = object(event['msg']);
  return engaged({
    type,
    providerEventType: name,
    recipient: recipientOf(message['email']),
    providerEventId: null,
    providerMessageId: text(event['_id']) ?? text(message['_id']),
    occurredAt: readTime(event['ts']),
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url: text(event['url']) ?? undefined,
    reason: reasonOf(message),
    bounce: bounceOf(message, type),
    tags: filled(textList(message['tags'])),
    metadata: filledObject(message['metadata']),
    scope: type === 'unsubscribed' ? 'all' : undefined,
    inbound: type === 'inbound' ? inboundOf(message) : undefined,
    userAgent: text(event['user_agent']) ?? undefined,
    ip: text(event['ip']) ?? undefined,
  });
}

function reasonOf(message: JsonObject): string | undefined {
  const said = [message['diag'], message['bounce_description'], at(message, 'reject', 'reason'), message['reject']];
  for (const words of said) {
    const reason = rawText(words);
    if (reason !== null) return reason;
  }
  return undefined;
}

function bounceOf(message: JsonObject, type: EngagementType): Engagement['bounce'] {
  if (type !== 'hard_bounce' && type !== 'soft_bounce') return undefined;
  return { type: text(message['bounce_description']), code: text(message['bgtools_code']) };
}

/** Mandrill parses a mail into members of `msg`; where they are missing the whole mail in `raw_msg` is read. */
function inboundOf(message: JsonObject): NonNullable<Engagement['inbound']> {
  const raw = readMailHeaders(rawText(message['raw_msg']) ?? '');
  const header = (name: string) => headerIn(message['headers'], name) ?? raw.text(name);
  const from = readMailbox(header('from') ?? undefined);
  return {
    from: recipientOf(message['from_email']) ?? from?.address ?? null,
    fromName: text(message['from_name']) ?? from?.name ?? null,
    subject: text(message['subject']) ?? header('subject'),
    rfcMessageId: header('message-id'),
    inReplyTo: header('in-reply-to'),
    to: recipientOf(at(message, 'to', 0, 0)) ?? firstTo(raw) ?? recipientOf(message['email']),
  };
}

const firstTo = (raw: MailHeaders): string | null => readMailbox(raw.text('to') ?? undefined)?.address ?? null;

function syncOf(event: JsonObject, name: string): Engagement {
  const entry = isObject(event['reject']) ? event['reject'] : object(event['entry']);
  const action = text(event['action']);
  return engaged({
    type: typeIn(SYNC_TYPES, name),
    providerEventType: name,
    recipient: recipientOf(entry['email']),
    providerEventId: null,
    providerMessageId: null,
    occurredAt: readTime(event['ts']),
    reason: rawText(entry['reason']) ?? rawText(entry['detail']) ?? undefined,
    scope: action === null ? name : `${name}:${action}`,
  });
}

function keyOf(event: JsonObject, engagement: Engagement): DedupKey {
  const { providerEventType, providerMessageId, recipient, occurredAt, url, scope, inbound } = engagement;
  const parts = [providerEventType, providerMessageId, recipient?.toLowerCase() ?? null, url ?? null];
  return timedKey('mandrill', occurredAt, [...parts, scope ?? null, inbound?.rfcMessageId ?? null], event);
}
