/** read.timeline: every event of every contact, opened. Pure. */
import type { JsonObject } from '#contracts/json.js';
import type { TimelineRow } from '#contracts/read-models.js';
import type { OpenedEvent } from './opened-event.js';

/** `changed`: what the event changed of its contact. */
export function projectTimeline(event: OpenedEvent, changed: JsonObject | null): TimelineRow {
  return {
    workspaceId: event.workspaceId,
    contactId: event.contactId,
    version: event.version,
    recordedAt: event.recordedAt,
    eventId: event.id,
    type: event.type,
    occurredAt: event.occurredAt,
    causationId: event.causationId,
    correlationId: event.correlationId,
    data: event.data as unknown as JsonObject,
    pii: event.pii as JsonObject | null,
    changed,
  };
}
