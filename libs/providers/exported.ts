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
  for (const request of requestsOf(provider, raw)) {
    const normalised = provider.normalise(request, settings);
    if (normalised.outcome === 'reject') refused ??= normalised.error;
    else if (normalised.outcome === 'handshake') refused ??= 'it is no event, but how a provider sets its webhook up';
    else if (normalised.outcome === 'accept' && normalised.unreadable.length > 0) partly ??= { request, normalised };
    else return { request, normalised };
  }
  return partly ?? { refused: refused ?? 'it is no event of this provider' };
}

function* requestsOf(provider: Provider, raw: string): Generator<ProviderRequest> {
  const own = provider.exported?.(raw);
  if (own !== undefined) yield request(own.body, own.contentType);
  yield request(raw, 'application/json');
  if (!raw.trimStart().startsWith('[')) yield request(`[${raw}]`, 'application/json');
}

function request(body: string, contentType: string): ProviderRequest {
  return { method: 'POST', url: '', headers: { 'content-type': contentType }, body: Buffer.from(body) };
}
