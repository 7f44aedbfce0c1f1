/**
 * A stored event as it travels on `contact-events`: the one shape both logs carry. With the Postgres log it is read straight from
 * the event store; with Kafka the relay sends it. Times are milliseconds.
 */
import type { EventMeta, EventPlace } from './contact-events.js';
import type { Uuid } from './ids.js';
import type { JsonObject } from './json.js';
import type { LogRecord } from './record.js';
import { placeOf, TOPICS, topicOf } from './topics.js';

/** A row of the event store: an event with its meta and place, `pii` still sealed under the contact's key (place: the event's id). */
export interface ContactEventRow extends EventMeta, EventPlace {
  readonly type: string;
  readonly v: number;
  readonly data: JsonObject;
  readonly pii: Buffer | null;
}

/** What the record's `data` holds: all of the row but what the record itself says. */
type Carried = Omit<ContactEventRow, 'id' | 'workspaceId' | 'contactId' | 'type' | 'v' | 'recordedAt' | 'pii'>;

/** The record of a stored event: its topic, partition and position are those of its lane. */
export function contactEventRecord(row: ContactEventRow): LogRecord {
  const { generation, partition } = placeOf(row.lane);
  const { version, occurredAt, causationId, correlationId, data, lane, position } = row;
  const { inputTopic, inputPartition, inputPosition } = row;
  // Member by member: made and read for every event, and a spread costs several times as much.
  const carried: Carried = {
    version,
    occurredAt,
    causationId,
    correlationId,
    data,
    inputTopic,
    inputPartition,
    inputPosition,
    lane,
    position,
  };
  return {
    topic: topicOf(TOPICS.contactEvents.name, generation),
    partition,
    position,
    key: row.contactId,
    workspaceId: row.workspaceId,
    id: row.id,
    type: row.type,
    v: row.v,
    at: row.recordedAt,
    data: carried as unknown as JsonObject,
    sealed: row.pii,
  };
}

/** The position in its lane that a record of `contact-events` carries. Throws when it is not one. */
export function lanePositionOf({ id, topic, data }: LogRecord): number {
  const position = data['position'];
  if (typeof position !== 'number') throw new Error(`record ${id} of ${topic} is no contact event`);
  return position;
}

/** The stored event a record of `contact-events` carries, still sealed. Throws when it is not one. */
export function openContactEventRecord(record: LogRecord): ContactEventRow {
  const { topic, key, id, workspaceId, type, v, at, sealed } = record;
  if (key === null || typeof record.data['lane'] !== 'number') {
    throw new Error(`record ${id} of ${topic} is no contact event`);
  }
  const carried = record.data as unknown as Carried;
  return {
    id,
    workspaceId,
    contactId: key as Uuid,
    version: carried.version,
    type,
    v,
    occurredAt: carried.occurredAt,
    recordedAt: at,
    causationId: carried.causationId,
    correlationId: carried.correlationId,
    data: carried.data,
    pii: sealed,
    inputTopic: carried.inputTopic,
    inputPartition: carried.inputPartition,
    inputPosition: carried.inputPosition,
    lane: carried.lane,
    position: carried.position,
  };
}
