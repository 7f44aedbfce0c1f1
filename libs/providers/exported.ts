/**
 * Events out of a provider's export → a request as its webhook sends it, so that the same parser reads both. An export holds webhook
 * bodies, or the events in them one by one; which of the two is found by trying.
 */
import type { Normalised, Provider, ProviderRequest, SourceSettings } from '#contracts/provider.js';

export interface ReadExport {
  /** The body that was understood. */
  readonly request: ProviderRequest;
  readonly normalised: Extract<Normalised, { readonly outcome: 'accept' | 'ignore' }>;
}

/** `raw`: one JSON value of the export. Answers why it is not understood, in words. */
export function readExported(
  provider: Provider,
  raw: string,
  settings: SourceSettings,
): ReadExport | { readonly refused: string } {
  let refused: string | null = null;
  let partly: ReadExport | null = null;
  for (const request of requestsOf(provider.name, raw)) {
    const normalised = provider.normalise(request, settings);
    if (normalised.outcome === 'reject') refused ??= normalised.error;
    else if (normalised.outcome === 'handshake') refused ??= 'it is no event, but how a provider sets its webhook up';
    else if (normalised.outcome === 'accept' && normalised.unreadable.length > 0) partly ??= { request, normalised };
    else return { request, normalised };
  }
  return partly ?? { refused: refused ?? 'it is no event of this provider' };
}

function* requestsOf(name: string, raw: string): Generator<ProviderRequest> {
  const isArray = raw.trimStart().startsWith('[');
  const list = isArray ? raw : `[${raw}]`;
  if (name === 'mandrill')
    yield request(`mandrill_events=${encodeURIComponent(list)}`, 'application/x-www-form-urlencoded');
  yield request(raw, 'application/json');
  if (name === 'mailgun' && !isArray) yield request(`{"event-data":${raw}}`, 'application/json');
  if (!isArray) yield request(list, 'application/json');
}

function request(body: string, contentType: string): ProviderRequest {
  return { method: 'POST', url: '', headers: { 'content-type': contentType }, body: Buffer.from(body) };
}
