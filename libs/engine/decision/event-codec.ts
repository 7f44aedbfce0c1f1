/** Events of a contact's stream ↔ rows: `pii` sealed under the contact's key, bound to the event's id. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { ContactEvent, Recorded, StoredEvent } from '#contracts/contact-events.js';
import type { Placed } from '#contracts/inputs.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { isKnownEvent, upcast } from '#contracts/upcast.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';
import { sealAndRemember } from '#engine/sealing/recall.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import type { SealedEvent } from './store.js';

/** `at`: where the input stands that made it be decided. */
export function sealEvent(event: Recorded<ContactEvent>, at: Placed, key: DataKey): SealedEvent {
  return {
    id: event.id,
    workspaceId: event.workspaceId,
    contactId: event.contactId,
    version: event.version,
    type: event.type,
    v: event.v,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    causationId: event.causationId,
    correlationId: event.correlationId,
    data: event.data as unknown as JsonObject,
    pii: event.pii === null ? null : sealAndRemember(event.pii as unknown as Json, event.id, key),
    inputTopic: at.topic,
    inputPartition: at.partition,
    inputPosition: at.position,
  };
}

/**
 * Opened and lifted to today's version. `key` may be null for an event without personal data. Throws PoisonError when the bytes do not
 * open, StopPartitionError on a type or version that this process does not know: a newer one wrote it (engine.md 4.19).
 */
export function openEvent<Row extends SealedEvent | ContactEventRow>(
  row: Row,
  key: DataKey | null,
): Row extends ContactEventRow ? StoredEvent : Recorded<ContactEvent> {
  if (!isKnownEvent(row.type, row.v))
    throw new StopPartitionError(`event ${row.id} (${row.type} v${row.v}) is unknown to this version`);
  if (row.pii !== null && key === null) throw new PoisonError(`no key opens event ${row.id}`);
  const pii = row.pii === null || key === null ? null : key.open(row.pii, row.id);
  return upcast({ ...row, pii: pii as JsonObject | null }) as unknown as Row extends ContactEventRow
    ? StoredEvent
    : Recorded<ContactEvent>;
}
