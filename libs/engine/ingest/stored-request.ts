/** The request as it is kept: what shows credentials is left out before it is stored, sealed or not. */
import type { StoredRequest } from '#contracts/deliveries.js';
import type { ProviderRequest, SourceSettings } from '#contracts/provider.js';

const REMOVED = '[removed]';
const CREDENTIAL_HEADER = /^(proxy-)?authorization$|^cookie$|secret|token|passw|api-?key/;
const CREDENTIAL_NAME = /auth|key|pass|secret|sig|token/i;

/** Keys shorter than this are not searched for: they would blank out ordinary text. */
const SEARCHABLE_KEY = 6;

/** `path`: the source's unguessable path, a credential itself where a provider signs nothing. */
export function storedRequest(request: ProviderRequest, settings: SourceSettings, path: string): StoredRequest {
  const secrets = settings.keys.filter((key) => key.length >= SEARCHABLE_KEY);
  const shows = (text: string) => secrets.some((secret) => text.includes(secret));
  const custom = settings.scheme === 'header' ? settings.header?.toLowerCase() : undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (!CREDENTIAL_HEADER.test(name) && name !== custom && !shows(value)) headers[name] = value;
  return { method: request.method, url: withoutCredentials(request.url, path, shows), headers };
}

function withoutCredentials(url: string, path: string, shows: (text: string) => boolean): string {
  const start = url.indexOf('?');
  const place = (start < 0 ? url : url.slice(0, start)).replace(/\/\/[^/@]*@/, '//').replace(path, REMOVED);
  if (start < 0) return place;
  const query = url
    .slice(start + 1)
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return CREDENTIAL_NAME.test(name) || shows(value) || shows(decoded(value)) ? `${name}=${REMOVED}` : pair;
    });
  return `${place}?${query.join('&')}`;
}

/** As it stands when it is not well-formed: then it cannot hold the key either. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
