/** Inputs by number: the same seed and number give the same request, so that a finding is told by these two. */
import type { ProviderRequest } from '#contracts/provider.js';
import { EXAMPLES } from '#testing/providers/examples.js';
import { WEBHOOK_URL } from '#testing/providers/requests.js';
import { Random } from '#testing/senders/random.js';
import { brokenText, changed, deepJson, hugeNumbers, longText, randomBytes } from './bodies.js';

export interface Input {
  readonly provider: string;
  readonly request: ProviderRequest;
  /** For what is decided beside the request. */
  readonly random: Random;
}

type Damage = (random: Random, body: Buffer) => Buffer;

/** By share. Long and deep bodies take a thousand times as long to read as the others, so they are few. */
const DAMAGES: readonly (readonly [share: number, damage: Damage])[] = [
  [0.72, changed],
  [0.08, (random) => randomBytes(random, 400)],
  [0.1, brokenText],
  [0.07, hugeNumbers],
  [0.02, longText],
  [0.01, deepJson],
];

const CONTENT_TYPES = [
  ...new Set(EXAMPLES.map(({ headers }) => headers['content-type'] ?? '')),
  ...['', 'multipart/form-data', 'multipart/form-data; boundary="', 'multipart/form-data; boundary=--', 'text/plain'],
  'application/json; charset=utf-16',
];

const SIGNATURE_HEADERS = [
  ...['authorization', 'signature', 'user-agent', 'content-encoding', 'ce-id', 'ce-time', 'ce-type', 'ce-specversion'],
  ...['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp', 'x-mandrill-signature'],
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'svix-id', 'svix-timestamp', 'svix-signature'],
  ...['x-cio-timestamp', 'x-cio-signature', 'x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
  ...['klaviyo-signature', 'klaviyo-timestamp', 'x-webhook-signature', 'x-webhook-timestamp', 'x-amz-sns-message-type'],
];

const PRESENTED = [
  ...[
    '',
    '1700000000',
    'v1,AAAA',
    'v1a,AAAA',
    'AAAA',
    '00',
    'Basic %%%',
    'Basic dTo=',
    'Bearer x',
    't=1,v1=00',
    '\u00e9',
  ],
  ...['1e999', '-1', 'NaN', '9'.repeat(400), 'v1,'.repeat(3_000), 'v1,AAAA '.repeat(2_000), '='.repeat(8_000)],
];

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT'];

/** The `number`th request of a seed. */
export function inputOf(seed: number, number: number): Input {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const example = random.pick(EXAMPLES);
  const damage = damageOf(random);
  const headers: Record<string, string> = { ...example.headers };
  if (random.chance(0.1)) headers['content-type'] = random.pick(CONTENT_TYPES);
  for (let left = random.between(0, 3); left > 0; left -= 1)
    headers[random.pick(SIGNATURE_HEADERS)] = random.pick(PRESENTED);
  const request: ProviderRequest = {
    method: random.chance(0.02) ? random.pick(METHODS) : 'POST',
    url: WEBHOOK_URL,
    headers,
    body: damage(random, Buffer.from(example.body)),
  };
  return { provider: example.provider, request, random };
}

function damageOf(random: Random): Damage {
  let at = random.next();
  for (const [share, damage] of DAMAGES) {
    at -= share;
    if (at < 0) return damage;
  }
  return changed;
}
