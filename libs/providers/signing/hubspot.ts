/**
 * HubSpot's three request signatures.
 * Source: developers.hubspot.com/docs/api/webhooks/validating-requests.
 */
import { createHash } from 'node:crypto';
import type { ProviderRequest, SourceSettings, Verification, VerifyClock } from '../provider.js';
import { sameBytes } from './compare.js';
import { staleness } from './freshness.js';
import { decodeMac, macMatches } from './hmac.js';
import { refused, stale, usableKeys, verified, withoutKey } from './verdict.js';

type Verify = (request: ProviderRequest, source: SourceSettings, now: VerifyClock) => Verification;

/** By scheme, the default first. Versions 1 and 2 sign no time, so they are for old apps only. */
export const HUBSPOT_SCHEMES: Readonly<Record<string, Verify>> = {
  'hubspot-v3-hmac-sha256-base64': verifyVersion3,
  'hubspot-v2-sha256-hex': (request, source) =>
    verifyHash(request, source, [request.method, signedUrl(request, source), request.body]),
  'hubspot-v1-sha256-hex': (request, source) => verifyHash(request, source, [request.body]),
};

/** The registered public URL where it is configured: the one rebuilt behind a proxy may differ. */
const signedUrl = (request: ProviderRequest, source: SourceSettings): string => source.signedUrl ?? request.url;

/** base64 HMAC-SHA256(client secret, method + URI + raw body + timestamp in ms), at most five minutes old. */
function verifyVersion3(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const timestamp = request.headers['x-hubspot-request-timestamp'] ?? '';
  if (!/^\d{1,15}$/.test(timestamp)) return refused('X-HubSpot-Request-Timestamp is missing or not a number');
  const mac = decodeMac(request.headers['x-hubspot-signature-v3'] ?? '', 'base64');
  const parts = [request.method, decodeUri(signedUrl(request, source)), request.body, timestamp];
  const isGenuine = macMatches('sha256', usableKeys(source), parts, mac);
  if (!isGenuine) return refused('X-HubSpot-Signature-v3 is missing or does not fit the request');
  const late = staleness(Number(timestamp), now, source);
  return late === undefined ? verified() : stale(late);
}

/** The only escapes that HubSpot decodes before it signs the URI. */
const DECODED: Readonly<Record<string, string>> = {
  ...{ '%3A': ':', '%2F': '/', '%3F': '?', '%40': '@', '%21': '!', '%24': '$' },
  ...{ '%27': "'", '%28': '(', '%29': ')', '%2A': '*', '%2C': ',', '%3B': ';' },
};

const decodeUri = (uri: string): string =>
  uri.replace(/%[0-9a-f]{2}/gi, (triplet) => DECODED[triplet.toUpperCase()] ?? triplet);

/** Versions 1 and 2: hex SHA-256 over the client secret followed by the signed parts. No MAC, and no time. */
function verifyHash(
  request: ProviderRequest,
  source: SourceSettings,
  parts: readonly (string | Buffer)[],
): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const signature = decodeMac(request.headers['x-hubspot-signature'] ?? '', 'hex');
  if (signature === null) return refused('X-HubSpot-Signature is missing or garbled');
  const matches = usableKeys(source).map((key) => {
    const hash = createHash('sha256').update(key);
    for (const part of parts) hash.update(part);
    return sameBytes(hash.digest(), signature);
  });
  return matches.includes(true) ? verified() : refused('X-HubSpot-Signature does not fit the request');
}
