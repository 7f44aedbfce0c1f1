/** Mailgun's JSON event (`event-data`). Its `id` is unique only within a day. */
import type { Actor, Engagement, EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { bareMessageId, readAddress, readMailbox, readMailboxes, recipientOf } from '../payload/address.js';
import type { DedupKey } from '../payload/dedup-keys.js';
import { type ElementReading, engaged } from '../payload/engaged.js';
import { at, filled, firstText, isObject, objectOrJson, rawText, text, textList } from '../payload/fields.js';
import { readTime } from '../payload/time.js';
import { timedKey } from '../payload/timed-key.js';
import { type TypeTable, typeIn } from '../payload/type-table.js';

const TYPES: TypeTable = {
  accepted: 'processed',
  delivered: 'delivered',
  rejected: 'dropped',
  opened: 'opened',
  clicked: 'clicked',
  unsubscribed: 'unsubscribed',
  complained: 'complaint',
  stored: 'inbound',
};

/** Codes of a permanent failure that Mailgun made itself, because the address stands on a suppression list. */
const SUPPRESSED_CODES = new Set(['605', '606', '607', '625']);

export function readMailgunEvent(body: JsonObject): ElementReading {
  const event = body['event-data'];
  if (!isObject(event)) return 'the body has no event-data';
  const name = text(event['event']);
  if (name === null) return 'the event has no name';
  const engagement = engagementOf(event, name);
  return [{ engagement, dedupKeys: [keyOf(event, engagement)] }];
}

function engagementOf(event: JsonObject, name: string): Engagement {
  const type = name === 'failed' ? failureType(event) : typeIn(TYPES, name);
  const headers = at(event, 'message', 'headers');
  const recipient = recipientOf(event['recipient']);
  // A rejected event has no recipient: it is one of those the mail is addressed to.
  const addressees = recipient === null ? readMailboxes(at(headers, 'to')) : [];
  return engaged({
    type,
    providerEventType: name,
    recipient: recipient ?? addressees[0]?.address ?? null,
    ambiguous: recipient === null && addressees.length > 1 ? true : undefined,
    providerEventId: text(event['id']),
    providerMessageId: bareMessageId(at(headers, 'message-id')),
    occurredAt: readTime(event['timestamp']),
    actor: type === 'opened' || type === 'clicked' ? actorOf(at(event, 'client-info', 'bot')) : undefined,
    url: text(event['url']) ?? undefined,
    reason: reasonOf(event),
    bounce: name === 'failed' ? bounceOf(event) : undefined,
    tags: filled(textList(event['tags'])),
    metadata: objectOrJson(event['user-variables']),
    scope: type === 'unsubscribed' ? 'all' : undefined,
    inbound: type === 'inbound' ? inboundOf(headers) : undefined,
    userAgent: text(at(event, 'client-info', 'user-agent')) ?? undefined,
    ip: text(event['ip']) ?? undefined,
  });
}

function failureType(event: JsonObject): EngagementType {
  const severity = text(event['severity']);
  const code = text(at(event, 'delivery-status', 'code')) ?? '';
  if (severity === 'temporary') return 'deferred';
  if (SUPPRESSED_CODES.has(code) || text(event['reason'])?.startsWith('suppress-')) return 'dropped';
  return severity === 'permanent' || code.startsWith('5') ? 'hard_bounce' : 'soft_bounce';
}

/** `bot`: apple, gmail or generic; the empty string says that it was none of them. */
function actorOf(bot: Json | undefined): Actor {
  if (typeof bot !== 'string') return 'unknown';
  return bot.trim() === '' ? 'human' : 'machine';
}

function reasonOf(event: JsonObject): string | undefined {
  const status = at(event, 'delivery-status');
  const reject = event['reject'];
  const said = [at(status, 'message'), at(status, 'description'), at(reject, 'reason'), at(reject, 'description')];
  for (const words of said) {
    const reason = rawText(words);
    if (reason !== null) return reason;
  }
  return rawText(event['reason']) ?? undefined;
}

function bounceOf(event: JsonObject): Engagement['bounce'] {
  const code = at(event, 'delivery-status', 'code');
  return {
    code: typeof code === 'number' || typeof code === 'string' ? code : null,
    severity: text(event['severity']),
    reason: text(event['reason']),
  };
}

function inboundOf(headers: Json | undefined): NonNullable<Engagement['inbound']> {
  const from = readMailbox(at(headers, 'from'));
  return {
    from: from?.address ?? null,
    fromName: from?.name ?? null,
    subject: text(at(headers, 'subject')),
    rfcMessageId: text(at(headers, 'message-id')),
    inReplyTo: text(at(headers, 'in-reply-to')),
    to: readAddress(at(headers, 'to')),
  };
}

function keyOf(event: JsonObject, engagement: Engagement): DedupKey {
  const { occurredAt, providerEventType: name, providerEventId: id, providerMessageId, recipient, url } = engagement;
  const day = occurredAt?.slice(0, 10);
  if (id !== null && day !== undefined) return ['mailgun', day, id, name];
  const parts = [name, providerMessageId, recipient?.toLowerCase() ?? null, firstText(id ?? undefined), url ?? null];
  return timedKey('mailgun', occurredAt, parts, event);
}
