/** Two providers as they are met: how each writes and signs its requests. Code of its own, so that a fault of ours is not made twice. */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Happening } from './events.js';

/** A request as it is sent, but for the address. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendingProvider {
  readonly name: string;
  /** The source's path: POST /ingest/{path}. */
  readonly path: string;
  /** True where it tells such an event. */
  tells(type: string): boolean;
  /** True where a repeat may carry another event id, and is still to be known as a repeat. */
  readonly renamesEvents: boolean;
  write(events: readonly Happening[]): string;
  /** Signs with the time of sending. */
  sign(body: string, now: number): SignedRequest;
}

const SENDGRID: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  clicked: { event: 'click' },
  opened: { event: 'open' },
  delivered: { event: 'delivered', response: '250 2.0.0 OK' },
  soft_bounce: { event: 'bounce', type: 'blocked', status: '4.2.2', reason: '452 4.2.2 mailbox full' },
  unsubscribed: { event: 'unsubscribe' },
};

/** Event Webhook: an array; ECDSA P-256 over timestamp and body. `privateKeyPem`: the half that the source does not have. */
export function sendgridSender(path: string, privateKeyPem: string): SendingProvider {
  const key: KeyObject = createPrivateKey(privateKeyPem);
  return {
    name: 'sendgrid',
    path,
    tells: (type) => type in SENDGRID,
    renamesEvents: true,
    write: (events) =>
      `${JSON.stringify(
        events.map(({ ref, contact, type, at, eventId, messageId, url }) => ({
          email: contact,
          timestamp: at,
          ...SENDGRID[type],
          ...(type === 'clicked' ? { url } : {}),
          sg_event_id: eventId,
          sg_message_id: messageId,
          category: ['fault-run'],
          ref,
        })),
      )}\r\n`,
    sign(body, now) {
      const timestamp = String(Math.floor(now / 1000));
      return {
        body,
        headers: {
          'content-type': 'application/json',
          'x-twilio-email-event-webhook-timestamp': timestamp,
          'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + body), key).toString(
            'base64',
          ),
        },
      };
    },
  };
}

/** A website of the company's own: one object or an array; HMAC-SHA256 over `TIMESTAMP.BODY`, in hex. */
export function genericSender(path: string, secret: string): SendingProvider {
  return {
    name: 'generic-hmac',
    path,
    tells: () => true,
    renamesEvents: false,
    write(events) {
      const elements = events.map(({ ref, contact, type, at, eventId, url }) => ({
        type,
        id: eventId,
        email: contact.toUpperCase(),
        occurredAt: new Date(at * 1000).toISOString(),
        ...(type === 'clicked' ? { url, actor: 'human' } : {}),
        metadata: { ref },
      }));
      return JSON.stringify(elements.length === 1 ? elements[0] : elements);
    },
    sign(body, now) {
      const timestamp = String(Math.floor(now / 1000));
      const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
      return {
        body,
        headers: {
          'content-type': 'application/json',
          'x-webhook-timestamp': timestamp,
          'x-webhook-signature': signature,
        },
      };
    },
  };
}
