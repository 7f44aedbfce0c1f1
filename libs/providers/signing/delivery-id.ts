/** The id of a Standard Webhooks or Svix delivery: the same on every retry and replay of one event. */
import type { ProviderRequest } from '../provider.js';

/** `webhook-id` or `svix-id`; null when the sender gives none. */
export function deliveryId(request: ProviderRequest): string | null {
  const id = request.headers['webhook-id'] || request.headers['svix-id'];
  return id === undefined || id === '' ? null : id;
}
