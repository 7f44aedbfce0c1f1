/**
 * Standard Webhooks and Svix signatures: `v1` HMAC-SHA256 and `v1a` Ed25519 over `id.timestamp.body`.
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
 */
import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { ProviderRequest, SourceSettings, Verification, VerifyClock } from '../provider.js';
import { headerSeconds, staleness } from './freshness.js';
import { decodeMac, macMatches } from './hmac.js';
import { attempt, keyCache, secretOf } from './key-cache.js';
import { refused, stale, usableKeys, verified, withoutKey } from './verdict.js';

/** Name prefixes of the three headers, tried in this order. */
const HEADER_PREFIXES = ['webhook', 'svix'] as const;

export interface SignedHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
}

/** The three headers under either name; null when one is missing or empty. */
export function signedHeaders(request: ProviderRequest): SignedHeaders | null {
  for (const prefix of HEADER_PREFIXES) {
    const id = request.headers[`${prefix}-id`];
    const timestamp = request.headers[`${prefix}-timestamp`];
    const signatures = request.headers[`${prefix}-signature`];
    if (id && timestamp && signatures) return { id, timestamp, signatures };
  }
  return null;
}

/**
 * Any one signature that fits any one key is enough; versions we do not know are skipped. Keys: `whsec_<base64>` or
 * bare base64 for v1 (a sender's own prefix before `_` is dropped), `whpk_<base64>` or `whsk_<base64>` for v1a.
 */
export function verifyStandardWebhooks(
  request: ProviderRequest,
  source: SourceSettings,
  now: VerifyClock,
): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const headers = signedHeaders(request);
  if (headers === null) return refused('id, timestamp or signature header is missing');
  const signedAt = headerSeconds(headers.timestamp);
  if (signedAt === null) return refused('the timestamp header is not a number');
  const content = [`${headers.id}.${headers.timestamp}.`, request.body];
  const isGenuine = headers.signatures
    .split(' ')
    .slice(0, MOST_SIGNATURES)
    .some((signature) => matches(signature, content, usableKeys(source)));
  if (!isGenuine) return refused('no signature fits the body');
  const late = staleness(signedAt, now, source);
  return late === undefined ? verified() : stale(late);
}

/** Enough for any rotation; a limit, so that a header flood stays cheap. */
const MOST_SIGNATURES = 20;

function matches(signature: string, content: readonly (string | Buffer)[], keys: readonly string[]): boolean {
  const comma = signature.indexOf(',');
  const version = signature.slice(0, comma);
  const mac = decodeMac(signature.slice(comma + 1), 'base64');
  if (comma < 0 || mac === null) return false;
  if (version === 'v1')
    return macMatches(
      'sha256',
      keys.flatMap((key) => secret(key) ?? []),
      content,
      mac,
    );
  return version === 'v1a' && keys.some((key) => ed25519Matches(key, content, mac));
}

const ASYMMETRIC = /^wh[ps]k_/;

/** A symmetric secret; null for a key of the other kind or one that is not base64. */
const secret: (key: string) => KeyObject | null = keyCache((key) => {
  const encoded = key.trim().replace(/^[A-Za-z]+_/, '');
  if (ASYMMETRIC.test(key) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    throw new Error('the key is no secret in base64');
  return secretOf(Buffer.from(encoded, 'base64'));
});

function ed25519Matches(key: string, content: readonly (string | Buffer)[], mac: Buffer): boolean {
  const publicKey = ASYMMETRIC.test(key) ? ed25519Key(key) : null;
  if (publicKey === null) return false;
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return attempt(() => verify(null, bytes, publicKey, mac)) ?? false;
}

/** DER headers that make a raw 32-byte Ed25519 key a SPKI or PKCS#8 key (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

const ed25519Key: (key: string) => KeyObject | null = keyCache((key) => {
  const raw = Buffer.from(key.slice('whpk_'.length), 'base64');
  if (key.startsWith('whpk_')) {
    return createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw.subarray(0, 32)]), format: 'der', type: 'spki' });
  }
  // A private key is 32 bytes of seed, followed by the public key in some tools.
  const pkcs8 = Buffer.concat([PKCS8_HEADER, raw.subarray(0, 32)]);
  return createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
});
