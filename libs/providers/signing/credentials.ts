/** Sources of providers that sign nothing: basic auth, bearer token or a custom header (RFC 7617, RFC 6750). */
import type { ProviderRequest, SourceSettings, Verification } from '../provider.js';
import { sameText } from './compare.js';
import { refused, usableKeys, verified, withoutKey } from './verdict.js';

/** The schemes of `verifyCredentials`, the default first. */
export const CREDENTIAL_SCHEMES = ['http-basic', 'bearer', 'header', 'none'] as const;

/** Header a `header` source is read from unless its settings name another. */
const DEFAULT_HEADER = 'x-webhook-secret';

const PRESENTED: Readonly<Record<string, (request: ProviderRequest, source: SourceSettings) => string | null>> = {
  'http-basic': (request) => basicCredentials(request.headers['authorization']) ?? urlCredentials(request.url),
  bearer: (request) => /^Bearer\s+(\S+)\s*$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? null,
  header: (request, source) => request.headers[(source.header ?? DEFAULT_HEADER).toLowerCase()] ?? null,
};

/**
 * Compares the credentials with each configured key: `user:pass` for `http-basic`, else the token itself. A source
 * with no key refuses, unless its scheme is `none`: unsigned on purpose.
 */
export function verifyCredentials(request: ProviderRequest, source: SourceSettings): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const read = Object.hasOwn(PRESENTED, source.scheme) ? PRESENTED[source.scheme] : undefined;
  if (read === undefined) return refused(`scheme ${source.scheme} is not one of this provider`);
  const presented = read(request, source);
  if (presented === null || presented === '') return refused('no credentials');
  const matches = usableKeys(source).map((key) => sameText(presented, key));
  return matches.includes(true) ? verified() : refused('wrong credentials');
}

function basicCredentials(header: string | undefined): string | null {
  const encoded = /^Basic\s+([A-Za-z0-9+/_-]+=*)\s*$/i.exec(header ?? '')?.[1];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
}

/** `https://user:pass@host/…`, where a client left them in the URL. */
function urlCredentials(url: string): string | null {
  try {
    const { username, password } = new URL(url);
    return username === '' ? null : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return null;
  }
}
