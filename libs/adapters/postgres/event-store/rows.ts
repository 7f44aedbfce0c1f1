/** Rows of the event store as the engine reads them. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';

/** `select` list of engine.event with alias `e` that gives ContactEventRow. */
export const EVENT_COLUMNS = `e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
  e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.causation_id as "causationId",
  e.correlation_id as "correlationId", e.data, e.pii, e.input_topic as "inputTopic",
  e.input_partition as "inputPartition", e.input_position as "inputPosition", e.lane, e.position`;

export type EventRow = ContactEventRow & Record<string, unknown>;
