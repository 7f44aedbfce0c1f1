/** A genuine request for each provider, in its default scheme, and the settings that it is genuine under. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { JsonObject } from '#contracts/json.js';
import type { ProviderRequest, SourceSettings } from '#contracts/provider.js';
import type { Example } from '#testing/providers/examples.js';
import { hmac, signedDelivery } from '#testing/providers/requests.js';

export interface Signed {
  readonly request: ProviderRequest;
  readonly source: SourceSettings;
}

const URL = 'https://crm.test/ingest/src-1';
const KEY = 'a-secret-of-twenty-four-chars';
const WHSEC = `whsec_${Buffer.from(KEY).toString('base64')}`;

type Sign = (
  example: Example,
  now: number,
) => { headers?: Readonly<Record<string, string>>; body?: string; source: SourceSettings };

const basic: Sign = () => ({
  headers: { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` },
  source: { scheme: 'http-basic', keys: ['user:password'] },
});

const standard =
  (scheme: string): Sign =>
  ({ body }, now) => ({
    headers: signedDelivery(WHSEC, body, { seconds: Math.floor(now / 1000) }),
    source: { scheme, keys: [WHSEC] },
  });

const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const SIGN: Readonly<Record<string, Sign>> = {
  brevo: basic,
  mailjet: basic,
  postmark: basic,
  sparkpost: basic,
  cloudevents: () => ({ headers: { authorization: `Bearer ${KEY}` }, source: { scheme: 'bearer', keys: [KEY] } }),
  loops: standard('standard-webhooks-v1'),
  resend: standard('svix-v1'),
  'standard-webhooks': standard('standard-webhooks-v1'),
  sendgrid({ body }, now) {
    const timestamp = String(Math.floor(now / 1000));
    const signature = sign('sha256', Buffer.from(timestamp + body), ecdsa.privateKey).toString('base64');
    return {
      headers: {
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': signature,
      },
      source: {
        scheme: 'sendgrid-ecdsa-p256-sha256',
        keyFormat: 'spki-der-base64',
        keys: [ecdsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
      },
    };
  },
  mailgun({ body }, now) {
    const timestamp = String(Math.floor(now / 1000));
    const signature = hmac('hex', KEY, timestamp, 'token');
    const signed = { ...(JSON.parse(body) as JsonObject), signature: { timestamp, token: 'token', signature } };
    return { body: JSON.stringify(signed), source: { scheme: 'mailgun-hmac-sha256', keys: [KEY] } };
  },
  mandrill({ body }) {
    const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
    const mac = createHmac('sha1', KEY)
      .update([URL, ...fields].join(''))
      .digest('base64');
    return {
      headers: { 'x-mandrill-signature': mac },
      source: { scheme: 'mandrill-hmac-sha1-base64', keys: [KEY], signedUrl: URL },
    };
  },
  mailersend: ({ body }) => ({
    headers: { signature: hmac('hex', KEY, body) },
    source: { scheme: 'mailersend-hmac-sha256-hex', keys: [KEY] },
  }),
  customerio({ body }, now) {
    const timestamp = String(Math.floor(now / 1000));
    return {
      headers: { 'x-cio-timestamp': timestamp, 'x-cio-signature': hmac('hex', KEY, `v0:${timestamp}:`, body) },
      source: { scheme: 'customerio-v0-hmac-sha256-hex', keys: [KEY] },
    };
  },
  hubspot({ body }, now) {
    const mac = hmac('base64', KEY, 'POST', URL, body, String(now));
    return {
      headers: { 'x-hubspot-request-timestamp': String(now), 'x-hubspot-signature-v3': mac },
      source: { scheme: 'hubspot-v3-hmac-sha256-base64', keys: [KEY], signedUrl: URL },
    };
  },
  klaviyo({ body }, now) {
    const timestamp = new Date(now).toISOString();
    return {
      headers: { 'klaviyo-timestamp': timestamp, 'klaviyo-signature': hmac('hex', KEY, body, timestamp) },
      source: { scheme: 'klaviyo-hmac-sha256-hex', keys: [KEY] },
    };
  },
  ses({ body }) {
    const envelope = JSON.parse(body) as Record<string, string>;
    const lines = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'].map(
      (name) => `${name}\n${envelope[name]}\n`,
    );
    const mac = sign('RSA-SHA256', Buffer.from(lines.join('')), rsa.privateKey).toString('base64');
    // A bare public key stands for the certificate: node:crypto reads both.
    const certPem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return {
      body: JSON.stringify({ ...envelope, SignatureVersion: '2', Signature: mac }),
      source: { scheme: 'aws-sns', keys: [], certPem },
    };
  },
  'generic-hmac': ({ body }) => ({
    headers: { 'x-webhook-signature': hmac('hex', KEY, body) },
    source: { scheme: 'generic-hmac', keys: [KEY] },
  }),
};

/** `now`: milliseconds. */
export function signed(example: Example, now: number): Signed {
  const { headers, body, source } = (SIGN[example.provider] as Sign)(example, now);
  return {
    request: {
      method: 'POST',
      url: URL,
      headers: { ...example.headers, ...headers },
      body: Buffer.from(body ?? example.body),
    },
    source,
  };
}
