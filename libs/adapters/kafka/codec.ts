/**
 * A record as a Kafka message. Stored contract, read by whatever else consumes our topics: key = subject as text; value = `data`
 * as JSON; headers id, type, v, at (milliseconds), workspace, and sealed (raw bytes) where there is personal data.
 */
import type { KafkaMessage, Message } from 'kafkajs';
import type { JsonObject } from '#contracts/json.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { StopPartitionError } from '#engine/log/errors.js';

export function encode(record: Appendable, partition: number): Message {
  const { key, workspaceId, id, type, v, at, data, sealed } = record;
  return {
    partition,
    key,
    value: JSON.stringify(data),
    headers: { id, type, v: String(v), at: String(at), workspace: workspaceId, ...(sealed === null ? {} : { sealed }) },
  };
}

/** Bytes a message takes on the wire, nearly. */
export function sizeOf(message: {
  readonly value: Buffer | string | null;
  readonly headers?: Message['headers'];
}): number {
  const sealed = message.headers?.['sealed'];
  return 250 + (message.value?.length ?? 0) + (sealed instanceof Buffer ? sealed.length : 0);
}

/** Throws StopPartitionError on what we did not write: to skip it would be to lose something, if it is ours after all. */
export function decode(topic: string, partition: number, message: KafkaMessage): LogRecord {
  const position = Number(message.offset);
  const place = `${topic}/${partition} at ${position}`;
  const text = (name: string): string => {
    const value = message.headers?.[name];
    if (value === undefined || Array.isArray(value)) {
      throw new StopPartitionError(`${place}: no header ${name}: the message was not written by Afterclick`);
    }
    return value.toString();
  };
  const number = (name: string): number => {
    const value = Number(text(name));
    if (Number.isSafeInteger(value)) return value;
    throw new StopPartitionError(`${place}: header ${name} is no whole number`);
  };
  const sealed = message.headers?.['sealed'];
  return {
    topic,
    partition,
    position,
    key: message.key === null ? null : message.key.toString(),
    workspaceId: text('workspace'),
    id: text('id'),
    type: text('type'),
    v: number('v'),
    at: number('at'),
    data: dataOf(place, message.value),
    sealed: sealed instanceof Buffer ? sealed : null,
  };
}

function dataOf(place: string, value: Buffer | null): JsonObject {
  try {
    const data: unknown = JSON.parse(value === null ? '' : value.toString());
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as JsonObject;
  } catch (error) {
    throw new StopPartitionError(`${place}: the value is not JSON`, { cause: error });
  }
  throw new StopPartitionError(`${place}: the value is no JSON object`);
}
