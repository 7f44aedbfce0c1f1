/** Every provider whose key has to be parsed parses it for the first request and not for the next ones. */
import crypto from 'node:crypto';
import { jest } from '@jest/globals';
import type { SourceSettings } from '#contracts/provider.js';
import { requestOf } from '#testing/providers/requests.js';
import { selfSigned } from '#testing/tls/self-signed.js';

let parsed = 0;

function counting<Args extends unknown[], Key>(parse: (...args: Args) => Key): (...args: Args) => Key {
  return (...args) => {
    parsed += 1;
    return parse(...args);
  };
}

jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  default: crypto,
  createPublicKey: counting(crypto.createPublicKey),
  createSecretKey: counting(crypto.createSecretKey),
}));
const { providerNamed } = await import('../registry.js');

const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const ed25519 = crypto.generateKeyPairSync('ed25519').publicKey;
const standard = { 'webhook-id': 'a', 'webhook-timestamp': '1700000000' };
const sns = {
  ...{ Type: 'Notification', MessageId: 'a', TopicArn: 'arn', Message: 'a', Timestamp: 'now' },
  ...{ SignatureVersion: '2', Signature: 'AAAA', SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/x.pem' },
};

const CASES: readonly {
  readonly provider: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly source: SourceSettings;
}[] = [
  {
    provider: 'sendgrid',
    headers: {
      'x-twilio-email-event-webhook-signature': 'AAAA',
      'x-twilio-email-event-webhook-timestamp': '1700000000',
    },
    source: {
      scheme: 'sendgrid-ecdsa-p256-sha256',
      keys: [ec.export({ type: 'spki', format: 'der' }).toString('base64')],
    },
  },
  { provider: 'ses', source: { scheme: 'aws-sns', keys: [], certPem: selfSigned('sns.amazonaws.com').certPem } },
  {
    provider: 'standard-webhooks',
    headers: { ...standard, 'webhook-signature': 'v1a,AAAA' },
    source: {
      scheme: 'standard-webhooks-v1a',
      keys: [`whpk_${ed25519.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`],
    },
  },
  {
    provider: 'resend',
    headers: { ...standard, 'webhook-signature': 'v1,AAAA' },
    source: { scheme: 'svix-v1', keys: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`] },
  },
  {
    provider: 'generic-hmac',
    headers: { 'x-webhook-signature': 'aa' },
    source: { scheme: 'generic-hmac', keys: ['c2VjcmV0'], keyFormat: 'base64' },
  },
];

it.each(CASES)('$provider', ({ provider, headers, source }) => {
  const verify = () => providerNamed(provider)?.verify(requestOf(sns, headers), source, null);
  parsed = 0;
  expect(verify()).toMatchObject({ ok: false, kind: 'signature' });
  expect(parsed).toBe(1);
  expect(verify()).toMatchObject({ ok: false, kind: 'signature' });
  expect(parsed).toBe(1);
});
