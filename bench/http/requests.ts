/** Signed requests ready for the wire: made before the clock runs, so that a sender spends next to nothing while it does. */
import { createPrivateKey, sign } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';
import type { LoadEvent } from '../load/campaign.js';

/** Number of a request's events, for a server that reads no body. */
export const EVENTS_HEADER = 'x-bench-events';
/** Key that its records go under, where that matters. */
export const KEY_HEADER = 'x-bench-key';

export interface Target {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Below `/ingest/`. */
  readonly path: string;
  /** PEM of the SendGrid source's private key. */
  readonly privateKey: string;
}

/** Turns events into the bytes of one HTTP/1.1 request, signed as SendGrid does now. */
export function writerFor({ url, path, privateKey }: Target): (events: readonly LoadEvent[], key?: Uuid) => Buffer {
  const privateHalf = createPrivateKey(privateKey);
  const { host } = new URL(url);
  return (events, key) => {
    const body = `${JSON.stringify(events)}\r\n`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = sign('sha256', Buffer.from(timestamp + body), privateHalf).toString('base64');
    const head = [
      `POST /ingest/${path} HTTP/1.1`,
      `host: ${host}`,
      'user-agent: SendGrid Event API',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-twilio-email-event-webhook-signature: ${signature}`,
      `x-twilio-email-event-webhook-timestamp: ${timestamp}`,
      `${EVENTS_HEADER}: ${events.length}`,
      ...(key === undefined ? [] : [`${KEY_HEADER}: ${key}`]),
    ];
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}
