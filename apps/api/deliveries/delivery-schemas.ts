/** Deliveries and quarantine over HTTP. */
import { z } from 'zod';
import type { DeliveryRow, QuarantineRow } from '#adapters/postgres/deliveries/recent.js';
import type { RawPart, StoredRequest } from '#contracts/deliveries.js';
import { id, iso, page, paging, time } from '../openapi/fields.js';

export const deliveriesAsked = z.strictObject({ ...paging, source: id.optional().describe('Only of this source.') });

export const deliveryShown = z
  .object({
    id,
    sourceId: id,
    provider: z.string(),
    receivedAt: time,
    outcome: z.string().describe('accepted, ignored, handshake or malformed.'),
    engagements: z.int().describe('Engagements taken from it.'),
    unreadable: z.int().describe('Parts that went to quarantine.'),
  })
  .meta({ id: 'Delivery' });

export const requestShown = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()).describe('Without credentials.'),
    body: z.string().describe('As received, read as UTF-8.'),
  })
  .meta({ id: 'StoredRequest' });

export const openedDelivery = deliveryShown
  .extend({ request: requestShown.nullable().describe('null once the key of its day was destroyed (14 days).') })
  .meta({ id: 'OpenedDelivery' });

export const quarantineShown = z
  .object({
    id,
    sourceId: id,
    deliveryId: id,
    element: z.int().nullable().describe('Element of the body, from 0; null: the whole body.'),
    receivedAt: time,
    reason: z.string(),
    state: z.enum(['open', 'redriven', 'discarded']),
  })
  .meta({ id: 'Quarantined' });

export const openedQuarantine = quarantineShown
  .extend({
    part: z
      .object({ detail: z.string(), body: z.string() })
      .nullable()
      .describe('Why it was not understood, and what it was; null once the key of its day was destroyed (14 days).'),
  })
  .meta({ id: 'OpenedQuarantined' });

export const deliveryPage = page(deliveryShown);
export const quarantinePage = page(quarantineShown);

export function showDelivery(row: DeliveryRow): z.infer<typeof deliveryShown> {
  const { id, sourceId, provider, receivedAt, outcome, engagements, unreadable } = row;
  return { id, sourceId, provider, receivedAt: iso(receivedAt), outcome, engagements, unreadable };
}

export function showQuarantined(row: QuarantineRow): z.infer<typeof quarantineShown> {
  const { id, sourceId, deliveryId, element, receivedAt, reason, state } = row;
  return { id, sourceId, deliveryId, element, receivedAt: iso(receivedAt), reason, state };
}

export function showRequest({ about, bytes }: RawPart<StoredRequest>): z.infer<typeof requestShown> {
  const { method, url, headers } = about;
  return { method, url, headers: { ...headers }, body: bytes.toString('utf8') };
}
