/** SendGrid Inbound Parse: a mail as a form, each field in the character set that the field `charsets` gives it. */
import type { Json } from '#contracts/json.js';
import { readMailbox, recipientOf } from '../payload/address.js';
import { decodeBytes } from '../payload/charset.js';
import { engaged, malformed, normaliseOne } from '../payload/engaged.js';
import { at, object, text } from '../payload/fields.js';
import { isMultipart, urlencodedPairs } from '../payload/form.js';
import { bodyText, readJson } from '../payload/json.js';
import { readMailHeaders } from '../payload/mail-headers.js';
import { type Part, readMultipart } from '../payload/multipart.js';
import { contentKey, idKey } from '../payload/timed-key.js';
import type { Normalised, ProviderRequest } from '../provider.js';

/** One inbound engagement; a form without any field of a mail is malformed. */
export function normaliseInboundParse(request: ProviderRequest): Normalised {
  const parts = partsOf(request);
  const field = fieldReader(parts);
  const mail = readMailHeaders(field('headers') ?? field('email') ?? '');
  if (!['headers', 'email', 'from', 'to', 'envelope', 'subject', 'text'].some((name) => field(name) !== null)) {
    return malformed('the form has no field of a mail');
  }
  const envelope = jsonField(field('envelope'));
  const recipient = recipientOf(at(envelope, 'to', 0) ?? at(envelope, 'to'));
  const from = readMailbox(field('from') ?? mail.text('from') ?? undefined);
  const rfcMessageId = text(mail.first('message-id') ?? undefined);
  const engagement = engaged({
    type: 'inbound',
    providerEventType: 'inbound_parse',
    recipient,
    providerEventId: null,
    providerMessageId: null,
    occurredAt: null,
    inbound: {
      from: from?.address ?? null,
      fromName: from?.name ?? null,
      subject: text(field('subject') ?? mail.text('subject') ?? undefined),
      rfcMessageId,
      inReplyTo: text(mail.first('in-reply-to') ?? undefined),
      to: readMailbox(field('to') ?? mail.text('to') ?? undefined)?.address ?? null,
      envelopeFrom: recipientOf(at(envelope, 'from')),
      attachments: attachmentNames(field, parts),
    },
  });
  const [key = contentKey('sendgrid.inbound', request.body)] = idKey('sendgrid.inbound', rfcMessageId);
  return normaliseOne([{ engagement, dedupKeys: [key] }]);
}

function partsOf(request: ProviderRequest): readonly Part[] {
  const contentType = request.headers['content-type'];
  if (isMultipart(contentType)) return readMultipart(request.body, contentType);
  return urlencodedPairs(bodyText(request.body)).map(([name, value]) => ({
    name,
    filename: null,
    contentType: null,
    charset: null,
    data: Buffer.from(value),
  }));
}

type ReadField = (name: string) => string | null;

function fieldReader(parts: readonly Part[]): ReadField {
  const field = (name: string) => parts.find((part) => part.name === name && part.filename === null);
  const charsets = object(jsonField(field('charsets')?.data.toString('utf8') ?? null));
  return (name) => {
    const part = field(name);
    return part === undefined ? null : decodeBytes(part.data, text(charsets[name]) ?? part.charset);
  };
}

function jsonField(value: string | null): Json | undefined {
  const reading = readJson(value ?? '');
  return reading.ok ? reading.value : undefined;
}

/** File names of what was attached, without directories; what the HTML shows inline has a content id and is left out. */
function attachmentNames(field: ReadField, parts: readonly Part[]): readonly string[] {
  const info = object(jsonField(field('attachment-info')));
  const inline = new Set(Object.values(object(jsonField(field('content-ids')))));
  const files = parts.filter((part) => part.filename !== null && !inline.has(part.name));
  return files
    .filter((part) => text(at(info, part.name, 'content-id')) === null)
    .flatMap((part) => text(at(info, part.name, 'filename')) ?? part.filename ?? [])
    .map((name) => name.replace(/^.*[\\/]/s, ''));
}
