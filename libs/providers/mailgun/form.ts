/**
 * Mailgun's form bodies: the flat events of accounts from before 2018, and inbound mail of a route. A sender's own
 * variable may repeat a field of Mailgun's: of signature, timestamp and token the last is Mailgun's, of others the first.
 */
import type { Engagement, EngagementType, InboundDetail } from '#contracts/engagement.js';
import type { Json } from '#contracts/json.js';
import { readAddress, readMailbox, recipientOf } from '../payload/address.js';
import { type ElementReading, engaged } from '../payload/engaged.js';
import { filled, filledObject, list, text, textList } from '../payload/fields.js';
import type { Form } from '../payload/form.js';
import { readJson } from '../payload/json.js';
import { MailHeaders, readMailHeaders } from '../payload/mail-headers.js';
import { readTime } from '../payload/time.js';
import { contentKey, idKey, timedKey } from '../payload/timed-key.js';
import { type TypeTable, typeIn } from '../payload/type-table.js';

const TYPES: TypeTable = {
  delivered: 'delivered',
  dropped: 'dropped',
  bounced: 'hard_bounce',
  complained: 'complaint',
  unsubscribed: 'unsubscribed',
  opened: 'opened',
  clicked: 'clicked',
  stored: 'inbound',
};

const OWN_FIELDS = new Set(
  `event recipient domain timestamp token signature message-headers Message-Id message-id code error reason notification
  description attachment-count ip country region city user-agent device-type client-type client-name client-os url tag
  X-Mailgun-Tag X-Mailgun-Sid X-Mailgun-Variables campaign-id campaign-name mailing-list h body-plain`.split(/\s+/),
);

/** An event by its field `event`, or else an inbound mail. */
export function readMailgunForm(form: Form, body: Buffer): ElementReading {
  const name = text(form.first('event') ?? undefined);
  const isMail = ['body-mime', 'body-plain', 'body-html', 'message-headers', 'sender', 'from'].some(
    (field) => form.first(field) !== null,
  );
  if (name !== null) return readEvent(form, name, body);
  return isMail ? readInbound(form, body) : 'the form is neither an event nor a mail';
}

function readEvent(form: Form, name: string, body: Buffer): ElementReading {
  const field = (own: string): string | null => text(form.first(own) ?? undefined);
  const type = name === 'bounced' ? bounceType(field('code')) : typeIn(TYPES, name);
  const token = form.last('token');
  const occurredAt = readTime(form.last('timestamp') ?? undefined);
  const messageId = field('Message-Id') ?? field('message-id');
  const recipient = recipientOf(form.first('recipient') ?? undefined);
  const engagement = engaged({
    type,
    providerEventType: name,
    recipient,
    providerEventId: token,
    providerMessageId: messageId,
    occurredAt,
    actor: type === 'opened' || type === 'clicked' ? 'unknown' : undefined,
    url: field('url') ?? undefined,
    reason: field('description') ?? field('error') ?? field('notification') ?? field('reason') ?? undefined,
    bounce: type.endsWith('_bounce') ? { code: field('code'), reason: field('reason') } : undefined,
    tags: filled([...form.all('tag'), ...form.all('X-Mailgun-Tag')].filter((tag) => tag.trim() !== '')),
    metadata: variablesOf(form),
    scope: type === 'unsubscribed' ? 'all' : undefined,
    inbound: type === 'inbound' ? mailOf(form) : undefined,
    userAgent: field('user-agent') ?? undefined,
    ip: field('ip') ?? undefined,
  });
  const parts = [name, recipient?.toLowerCase() ?? null, messageId, field('url')];
  const keys = messageId === null ? [] : [timedKey('mailgun', occurredAt, parts, null)];
  const [tokenKey = contentKey('mailgun', body)] = idKey('mailgun.token', token, name);
  return [{ engagement, dedupKeys: [tokenKey, ...(occurredAt === null ? [] : keys)] }];
}

const bounceType = (code: string | null): EngagementType => (code?.startsWith('4') ? 'soft_bounce' : 'hard_bounce');

/** The sender's own variables: every field that is not Mailgun's, in its first value. */
function variablesOf(form: Form): Engagement['metadata'] {
  const names = form.names().filter((name) => !OWN_FIELDS.has(name));
  return filledObject(Object.fromEntries(names.map((name) => [name, form.first(name)])));
}

function readInbound(form: Form, body: Buffer): ElementReading {
  const token = form.last('token');
  const mail = mailOf(form);
  const engagement = engaged({
    type: 'inbound',
    providerEventType: 'route_forward',
    recipient: recipientOf(form.first('recipient') ?? undefined),
    providerEventId: token,
    providerMessageId: null,
    occurredAt: readTime(form.last('timestamp') ?? undefined),
    inbound: mail,
  });
  const [tokenKey = contentKey('mailgun.inbound', body)] = idKey('mailgun.token', token);
  return [{ engagement, dedupKeys: [tokenKey, ...idKey('mailgun.inbound', mail.rfcMessageId)] }];
}

function mailOf(form: Form): InboundDetail {
  const headers = headersOf(form);
  // A route also posts the mail's headers as fields, as the mail spells them.
  const fields = new MailHeaders(form.fields);
  const header = (name: string): string | null => text(headers.text(name) ?? fields.text(name) ?? undefined);
  const from = readMailbox(text(form.first('from') ?? undefined) ?? header('from') ?? undefined);
  return {
    from: from?.address ?? null,
    fromName: from?.name ?? null,
    subject: text(form.first('subject') ?? undefined) ?? header('subject'),
    rfcMessageId: header('message-id'),
    inReplyTo: header('in-reply-to'),
    to: readAddress(header('to') ?? undefined),
    envelopeFrom: recipientOf(form.first('sender') ?? undefined),
    strippedText: form.first('stripped-text'),
  };
}

/** `message-headers` (a JSON list of pairs), else the headers of the whole mail in `body-mime`. */
function headersOf(form: Form): MailHeaders {
  const mime = form.first('body-mime');
  const pairs = readJson(form.first('message-headers') ?? '');
  if (!pairs.ok) return readMailHeaders(mime ?? '');
  return new MailHeaders(list(pairs.value).flatMap((pair: Json) => pairOf(textList(pair))));
}

const pairOf = ([name, value]: readonly string[]): [string, string][] =>
  name === undefined || value === undefined ? [] : [[name, value]];
