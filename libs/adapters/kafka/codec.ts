/**
 * A record as a Kafka message. Stored contract, read by whatever else consumes our topics: key = subject as text; value = JSON of
 * { id, type, v, at (milliseconds), workspaceId, data }; header `sealed` = the personal data, raw, where there is some. Each header
 * costs kafkajs 3 µs a record and as much again when it is read: so there is one.
 */
import type { KafkaMessage, Message } from 'kafkajs';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { StopPartitionError } from '#engine/log/errors.js';

type Envelope = Pick<LogRecord, 'id' | 'type' | 'v' | 'at' | 'workspaceId' | 'data'>;

export function encode(record: Appendable, partition: number): Message {
  const { key, id, type, v, at, workspaceId, data, sealed } = record;
  const envelope: Envelope = { id, type, v, at, workspaceId, data };
  return { partition, key, value: JSON.stringify(envelope), ...(sealed === null ? {} : { headers: { sealed } }) };
}

/** Bytes a message takes on the wire, nearly. */
export function sizeOf(message: {
  readonly value: Buffer | string | null;
  readonly headers?: Message['headers'];
}): number {
  const sealed = message.headers?.['sealed'];
  return 70 + (message.value?.length ?? 0) + (sealed instanceof Buffer ? sealed.length : 0);
}

/** Throws StopPartitionError on what we did not write: to skip it would be to lose something, if it is ours after all. */
export function decode(topic: string, partition: number, message: KafkaMessage): LogRecord {
  const position = Number(message.offset);
  const sealed = message.headers?.['sealed'];
  return {
    topic,
    partition,
    position,
    key: message.key === null ? null : message.key.toString(),
    ...envelopeOf(`${topic}/${partition} at ${position}`, message.value),
    sealed: sealed instanceof Buffer ? sealed : null,
  };
}

function envelopeOf(place: string, value: Buffer | null): Envelope {
  const foreign = `${place}: the message was not written by Afterclick`;
  try {
    const envelope: unknown = JSON.parse(value === null ? 'null' : value.toString());
    if (isEnvelope(envelope)) {
      const { id, type, v, at, workspaceId, data } = envelope;
      return { id, type, v, at, workspaceId, data };
    }
  } catch (error) {
    throw new StopPartitionError(foreign, { cause: error });
  }
  throw new StopPartitionError(foreign);
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, v, at, workspaceId, data } = value as Record<string, unknown>;
  return (
    [id, type, workspaceId].every((one) => typeof one === 'string') &&
    Number.isSafeInteger(v) &&
    Number.isSafeInteger(at) &&
    typeof data === 'object' &&
    data !== null
  );
}
