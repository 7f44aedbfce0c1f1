/** Signs a message by the Standard Webhooks scheme, v1 (github.com/standard-webhooks/standard-webhooks, spec 1.0). */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const KEY_BYTES = 24;

/** A new secret: `whsec_` and the base64 of 24 random bytes. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString('base64');
}

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * HMAC-SHA256 over `id.timestamp.body`, one signature a secret: while one is rotated, both. `id` stays the same on a repeat; `now` in
 * milliseconds is that of the attempt.
 */
export function sign(secrets: string | readonly string[], id: string, now: number, body: string): SignedHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = [secrets].flat().map((secret) => signatureOf(secret, `${id}.${timestamp}.${body}`));
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function signatureOf(secret: string, content: string): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
