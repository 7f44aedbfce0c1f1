/** A request and its unreadable parts → records on `deliveries`. */
import {
  type DeliveryOutcome,
  type DeliveryReceived,
  type DeliveryReread,
  type ElementQuarantined,
  packRaw,
  type QuarantineDetail,
  type StoredRequest,
} from '#contracts/deliveries.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { Appendable } from '#contracts/record.js';
import type { DeliveryContext } from './engagement-record.js';

export interface RawDelivery {
  readonly about: StoredRequest;
  readonly body: Buffer;
}

export function deliveryRecord(
  delivery: DeliveryContext,
  raw: RawDelivery,
  counts: { readonly outcome: DeliveryOutcome; readonly engagements: number; readonly unreadable: number },
): Appendable {
  const { source, deliveryId, receivedAt, replay } = delivery;
  const { id: sourceId, provider } = source;
  const later = replay === undefined ? {} : { replay };
  const data: DeliveryReceived['data'] = { sourceId, provider, ...counts, receivedAt, ...later };
  const packed = packRaw<StoredRequest>({ about: raw.about, bytes: raw.body });
  return record(delivery, { id: deliveryId, type: 'delivery_received', data: data as unknown as JsonObject, packed });
}

/** What could not be understood: an element by its number, or (null) the whole body. */
export interface Quarantined {
  readonly element: number | null;
  readonly reason: ElementQuarantined['data']['reason'];
  readonly detail: string;
  readonly bytes: Buffer;
}

/** `ordinal`: place among the delivery's quarantined parts. */
export function quarantineRecord(delivery: DeliveryContext, part: Quarantined, ordinal: number): Appendable {
  const { source, deliveryId, receivedAt } = delivery;
  const { element, reason } = part;
  const { id: sourceId, provider } = source;
  const data: ElementQuarantined['data'] = { sourceId, provider, deliveryId, element, reason, receivedAt };
  const packed = packRaw<QuarantineDetail>({ about: { detail: part.detail }, bytes: part.bytes });
  const id = deriveId('quarantined', deliveryId, ordinal);
  return record(delivery, { id, type: 'element_quarantined', data: { ...data }, packed });
}

/** `recordedAt` makes each reading a record of its own. */
export function rereadNotice(
  delivery: DeliveryContext & { readonly recordedAt: number },
  { engagements, settled }: Pick<DeliveryReread['data'], 'engagements' | 'settled'>,
): Appendable {
  const { source, deliveryId, receivedAt, recordedAt, topics } = delivery;
  const { id: sourceId, provider, workspaceId } = source;
  const data: DeliveryReread['data'] = { sourceId, provider, deliveryId, engagements, settled, receivedAt };
  return {
    topic: topics.deliveries,
    key: deriveId('delivery', deliveryId),
    workspaceId,
    id: deriveId('reread', deliveryId, recordedAt, ...settled),
    type: 'delivery_reread',
    v: 1,
    at: recordedAt,
    data: { ...data, settled: [...settled] },
    sealed: null,
  };
}

interface Parts {
  readonly id: Uuid;
  readonly type: (DeliveryReceived | ElementQuarantined)['type'];
  readonly data: Appendable['data'];
  readonly packed: Buffer;
}

function record(delivery: DeliveryContext, { id, type, data, packed }: Parts): Appendable {
  return {
    topic: delivery.topics.deliveries,
    // A delivery id begins with its time, so as a key it would fill one partition after the other.
    key: deriveId('delivery', delivery.deliveryId),
    workspaceId: delivery.source.workspaceId,
    id,
    type,
    v: 1,
    at: delivery.receivedAt,
    data,
    sealed: delivery.keys.deliveries.sealBytes(packed, id),
  };
}
