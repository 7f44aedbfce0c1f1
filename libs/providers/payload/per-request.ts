/** A reading of a request that verify and normalise share: bodies are parsed once. */
import type { ProviderRequest } from '../provider.js';

/** Remembers the reading for as long as the request lives. */
export function perRequest<T>(read: (request: ProviderRequest) => T): (request: ProviderRequest) => T {
  const readings = new WeakMap<ProviderRequest, { readonly reading: T }>();
  return (request) => {
    const known = readings.get(request);
    if (known !== undefined) return known.reading;
    const reading = read(request);
    readings.set(request, { reading });
    return reading;
  };
}
