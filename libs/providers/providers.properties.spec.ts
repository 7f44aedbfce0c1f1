/** What holds of every provider for every body: nothing throws, and what comes out can be stored. */
import fc from 'fast-check';
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { EXAMPLES } from '#testing/providers/examples.js';
import { mutants } from '#testing/providers/mutations.js';
import { UNSIGNED, WEBHOOK_URL } from '#testing/providers/requests.js';
import type { Normalised, Provider, ProviderRequest, SourceSettings } from './provider.js';
import { PROVIDERS, providerNamed } from './registry.js';

const RUNS = { numRuns: Number(process.env['AFTERCLICK_PROPERTY_RUNS'] ?? 2_000) };
const TYPES: ReadonlySet<string> = new Set(ENGAGEMENT_TYPES);
const CONTENT_TYPES = [...new Set(EXAMPLES.map(({ headers }) => headers['content-type'] ?? ''))];

const request = (body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): ProviderRequest => ({
  method: 'POST',
  url: WEBHOOK_URL,
  headers,
  body: Buffer.from(body),
});

/** Every string of a value, names of members included: all of them are stored. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...stringsIn(inner)]);
}

/** Every promise of the interface about what a normaliser gives. */
function expectSound(provider: Provider, normalised: Normalised): void {
  for (const text of stringsIn(normalised)) expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true);
  if (normalised.outcome !== 'accept') return;
  for (const { engagement, index, dedupKeys } of normalised.engagements) {
    const { type, occurredAt, recipient, providerEventType } = engagement;
    expect(TYPES.has(type) || type.startsWith('custom.')).toBe(true);
    expect(occurredAt === null || new Date(occurredAt).toISOString() === occurredAt).toBe(true);
    expect(recipient === null || recipient.trim() === recipient).toBe(true);
    expect(recipient).not.toBe('');
    expect(providerEventType).not.toBe('');
    expect(index).toBeGreaterThanOrEqual(0);
    expect(dedupKeys.length).toBeGreaterThan(0);
    expect(dedupKeys.every((key) => key.length > 0)).toBe(true);
    expect(Object.values(engagement)).not.toContain(undefined);
  }
  for (const { raw, reason } of normalised.unreadable) expect([typeof raw, reason === '']).toEqual(['string', false]);
  expect(provider.name).not.toBe('');
}

/** Normalises twice: the second reading has to be the same, keys included. */
function readTwice(provider: Provider, body: Uint8Array | string, headers: Readonly<Record<string, string>>): void {
  const normalised = provider.normalise(request(body, headers), UNSIGNED);
  expectSound(provider, normalised);
  expect(provider.normalise(request(body, headers), UNSIGNED)).toEqual(normalised);
}

const anyProvider = fc.constantFrom(...PROVIDERS);
const anyHeaders = fc.record({ 'content-type': fc.constantFrom(...CONTENT_TYPES) });

it('has an example for every provider, and each is accepted', () => {
  expect(new Set(EXAMPLES.map(({ provider }) => provider))).toEqual(new Set(PROVIDERS.map(({ name }) => name)));
  for (const { provider, body, headers } of EXAMPLES) {
    expect([provider, providerNamed(provider)?.normalise(request(body, headers), UNSIGNED).outcome]).toEqual([
      provider,
      'accept',
    ]);
  }
});

it('reads any bytes', () => {
  fc.assert(
    fc.property(anyProvider, fc.uint8Array({ maxLength: 400 }), anyHeaders, (provider, body, headers) =>
      readTwice(provider, body, headers),
    ),
    RUNS,
  );
});

it('reads any JSON', () => {
  const keys = fc.constantFrom(
    'event',
    'type',
    'email',
    'data',
    'items',
    'msys',
    'Type',
    'Message',
    'timestamp',
    'tags',
    '__proto__',
  );
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  fc.assert(
    fc.property(anyProvider, value, anyHeaders, (provider, body, headers) =>
      readTwice(provider, JSON.stringify(body), headers),
    ),
    RUNS,
  );
});

it('reads a request that is nearly right', () => {
  fc.assert(
    fc.property(mutants, ({ example, body }) => {
      const provider = providerNamed(example.provider);
      if (provider !== undefined) readTwice(provider, body, example.headers);
    }),
    RUNS,
  );
});

const SIGNATURE_HEADERS = [
  'authorization',
  'x-twilio-email-event-webhook-signature',
  'x-twilio-email-event-webhook-timestamp',
  'x-mandrill-signature',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'svix-signature',
  'signature',
  'x-cio-timestamp',
  'x-cio-signature',
  'x-hubspot-signature-v3',
  'x-hubspot-request-timestamp',
  'klaviyo-signature',
  'klaviyo-timestamp',
  'x-webhook-signature',
];

it('verifies without an exception, and never what is not signed', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('', '1700000000', 'v1,AAAA', 'v1a,AAAA', 'AAAA', '00', 'Basic %%%', 'Bearer x', 't=1,v1=00', 'é'),
    fc.base64String(),
  );
  const headers = fc.dictionary(fc.constantFrom(...SIGNATURE_HEADERS), piece);
  const scheme = (provider: Provider, pick: number): string =>
    provider.schemes.filter((name) => name !== 'none')[pick] ?? '';
  fc.assert(
    fc.property(
      mutants,
      headers,
      fc.nat(4),
      fc.option(fc.nat()),
      fc.boolean(),
      ({ example, body }, presented, pick, now, hasCertificate) => {
        const provider = providerNamed(example.provider);
        if (provider === undefined) return;
        const source: SourceSettings = {
          scheme: scheme(provider, pick),
          keys: ['whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0', 'u:p'],
          ...(hasCertificate ? { certPem: 'nonsense' } : {}),
        };
        const verification = provider.verify(request(body, { ...example.headers, ...presented }), source, now);
        expect(verification.ok).not.toBe(true);
      },
    ),
    RUNS,
  );
});
