/** Brevo's inbound mail: `{items: [mail, …]}`. */
import type { Json, JsonObject } from '#contracts/json.js';
import { recipientOf } from '../payload/address.js';
import { type ElementReading, engaged } from '../payload/engaged.js';
import { at, isObject, text, textList } from '../payload/fields.js';
import { headerIn } from '../payload/header-object.js';
import { contentKey, idKey } from '../payload/timed-key.js';

export function isBrevoInbound(body: Json | undefined): body is JsonObject {
  return isObject(body) && Array.isArray(body['items']);
}

export function readBrevoInbound(mail: Json): ElementReading {
  if (!isObject(mail)) return 'the mail is not an object';
  const id = textList(mail['Uuid'])[0] ?? null;
  const headers = mail['Headers'];
  const rfcMessageId = text(mail['MessageId']) ?? headerIn(headers, 'message-id');
  const to = recipientOf(at(mail, 'To', 0, 'Address'));
  const engagement = engaged({
    type: 'inbound',
    providerEventType: 'inbound',
    recipient: recipientOf(textList(mail['Recipients'])[0]) ?? to,
    providerEventId: id,
    providerMessageId: rfcMessageId,
    occurredAt: null,
    inbound: {
      from: recipientOf(at(mail, 'From', 'Address')),
      fromName: text(at(mail, 'From', 'Name')),
      subject: text(mail['Subject']) ?? headerIn(headers, 'subject'),
      rfcMessageId,
      inReplyTo: text(mail['InReplyTo']) ?? headerIn(headers, 'in-reply-to'),
      to,
    },
  });
  const [key = contentKey('brevo.inbound', mail)] = idKey('brevo.inbound', id ?? rfcMessageId);
  return [{ engagement, dedupKeys: [key] }];
}
