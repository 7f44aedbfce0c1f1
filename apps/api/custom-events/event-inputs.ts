/** An event of the company's own → an engagement, as one that a provider delivers. */
import { keyedId, subjectOf, type Uuid } from '#contracts/ids.js';
import type { EngagementInput } from '#contracts/inputs.js';
import type { WishedEvent } from '#domain/contact/wish/event-wish.js';
import { API_PROVIDER, apiSourceId } from './api-source.js';

export interface Receipt {
  readonly workspaceId: Uuid;
  readonly secret: Buffer;
  readonly deliveryId: Uuid;
  /** Milliseconds. */
  readonly receivedAt: number;
}

/** `index`: its place in the request. Parts of the key are stored: they never change. */
export function engagementOf(
  event: WishedEvent,
  index: number,
  { workspaceId, secret, deliveryId, receivedAt }: Receipt,
): { readonly contactId: Uuid; readonly input: EngagementInput } {
  const { identity, type, id, occurredAt, properties } = event;
  const contactId = identity.kind === 'contact' ? identity.value : subjectOf(secret, identity);
  const sourceId = apiSourceId(workspaceId);
  const keys = id === null ? [] : [keyedId(secret, 'engagement', sourceId, id, identity.kind, identity.value, type)];
  return {
    contactId,
    input: {
      type: 'engagement',
      v: 1,
      data: { engagement: type, provider: API_PROVIDER, sourceId, deliveryId, index, occurredAt, receivedAt, keys },
      pii: {
        identity,
        providerEventType: type,
        recipient: identity.kind === 'email' ? identity.value : null,
        providerEventId: id,
        providerMessageId: null,
        ...(Object.keys(properties).length === 0 ? {} : { metadata: properties }),
      },
    },
  };
}
