/** The HMAC of a sender that is described by configuration: header, algorithm, encoding, prefix, signed content, time. */
import type { KeyObject } from 'node:crypto';
import { isoTime } from '../payload/time.js';
import type { ProviderRequest, SourceSettings, Verification, VerifyClock } from '../provider.js';
import { headerSeconds, staleness } from './freshness.js';
import { decodeMac, type MacEncoding, macMatches } from './hmac.js';
import { keyCache, secretOf } from './key-cache.js';
import { refused, stale, usableKeys, verified, withoutKey } from './verdict.js';

const ALGORITHMS = new Set(['sha1', 'sha256', 'sha384', 'sha512']);
const ENCODINGS = new Set<string>(['hex', 'base64', 'base64url']);
const MOST_SIGNATURES = 20;

/** What the header holds: signatures without their prefix, and the time where the form has one. */
interface Presented {
  readonly signatures: readonly string[];
  readonly timestamp: string | undefined;
}

/**
 * Any one signature that fits any one key is enough. `signedContent` is a template over `{body}`, `{timestamp}`, `{id}`,
 * `{method}` and `{url}`; `form` is `t=<ts>,v1=<hex>` or the like, for a header that holds time and signatures together.
 */
export function verifyConfiguredHmac(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const algorithm = (source.algorithm ?? 'sha256')
    .toLowerCase()
    .replace(/^hmac[-_]?/, '')
    .replace('-', '');
  const encoding = source.encoding ?? 'hex';
  if (!ALGORITHMS.has(algorithm)) return refused(`algorithm ${algorithm} is not one of ${[...ALGORITHMS].join(', ')}`);
  if (!isEncoding(encoding)) return refused(`encoding ${encoding} is not one of ${[...ENCODINGS].join(', ')}`);
  const header = request.headers[(source.header ?? 'x-webhook-signature').toLowerCase()];
  if (header === undefined || header.trim() === '') return refused('the signature header is missing or empty');
  const { signatures, timestamp } = present(header, request, source);
  const content = signedParts(request, source, timestamp);
  if (content === undefined) return refused('a signed part is missing from the request');
  const keys = usableKeys(source).flatMap((key) => keyIn(source.keyFormat, key) ?? []);
  const isGenuine = signatures
    .slice(0, MOST_SIGNATURES)
    .some((signature) => macMatches(algorithm, keys, content, decodeMac(signature, encoding)));
  if (!isGenuine) return refused('no signature fits');
  if (timestamp === undefined) return verified();
  const signedAt = milliseconds(timestamp);
  if (signedAt === null) return refused('the timestamp is not a number');
  const late = staleness(signedAt, now, source);
  return late === undefined ? verified() : stale(late);
}

const isEncoding = (name: string): name is MacEncoding => ENCODINGS.has(name);

function present(header: string, request: ProviderRequest, source: SourceSettings): Presented {
  const prefix = source.prefix ?? '';
  const timestamp = source.timestampHeader ? request.headers[source.timestampHeader.toLowerCase()] : undefined;
  const names = formNames(source.form);
  if (names === undefined) {
    const signatures = header.split(/[\s,]+/).filter((piece) => piece !== '' && piece.startsWith(prefix));
    return { signatures: signatures.map((piece) => piece.slice(prefix.length)), timestamp };
  }
  const pairs = header.split(/[,;]/).map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, equals)).trim(), pair.slice(equals + 1).trim()];
  });
  return {
    signatures: pairs.filter(([name]) => name === names.signature).map(([, value]) => value),
    timestamp: pairs.find(([name]) => name === names.timestamp)?.[1] ?? timestamp,
  };
}

/** `t=<ts>,v1=<hex>[,v1=<hex>]` → the names before the equals signs. */
function formNames(form: string | undefined): { readonly timestamp: string; readonly signature: string } | undefined {
  if (form === undefined || form.trim() === '') return undefined;
  const [timestamp = 't', signature = 'v1'] = [...form.matchAll(/([\w-]+)=/g)].map(([, name]) => name);
  return { timestamp, signature };
}

/** The template cut into its parts; undefined when it names something the request does not have. */
function signedParts(
  request: ProviderRequest,
  source: SourceSettings,
  timestamp: string | undefined,
): readonly (string | Buffer)[] | undefined {
  const values: Readonly<Record<string, string | Buffer | undefined>> = {
    body: request.body,
    timestamp,
    id: source.idHeader ? request.headers[source.idHeader.toLowerCase()] : undefined,
    method: request.method,
    url: source.signedUrl ?? request.url,
  };
  const pieces = (source.signedContent ?? '{body}').split(/\{(body|timestamp|id|method|url)\}/);
  const parts = pieces.map((piece, index) => (index % 2 === 0 ? piece : values[piece]));
  return parts.every((part) => part !== undefined) ? (parts as readonly (string | Buffer)[]) : undefined;
}

const hexKey: (key: string) => KeyObject | null = keyCache((key) => secretOf(Buffer.from(key, 'hex')));
const base64Key: (key: string) => KeyObject | null = keyCache((key) => secretOf(Buffer.from(key, 'base64')));

/** null when nothing of the key is written in that format. */
function keyIn(format: string | undefined, key: string): string | KeyObject | null {
  if (format === 'hex') return hexKey(key);
  return format === 'base64' ? base64Key(key) : key;
}

/** Seconds, milliseconds where the number is too large for them, or ISO 8601. */
function milliseconds(timestamp: string): number | null {
  if (/^\d{13}$/.test(timestamp)) return Number(timestamp);
  const time = isoTime(timestamp);
  return time === null ? headerSeconds(timestamp) : Date.parse(time);
}
