/** One produce request through kafkajs: acknowledged by every replica in sync, positions told for each record. */
import type { Message, Producer } from 'kafkajs';
import { SealedError, WorldError } from '#engine/log/errors.js';
import type { Appended } from '#engine/log/log.js';
import type { Outgoing } from './appender.js';
import { sorted, typeOf } from './failures.js';
import { MAX_RECORD_BYTES } from './topics.js';

const ALL_IN_SYNC = -1;

/**
 * `timeoutMs`: how long a broker may wait for its replicas. What it returns rejects with WorldError when the outcome is unknown, with
 * SealedError when a record alone met a sealed partition.
 */
export function sendThrough(
  producer: Producer,
  timeoutMs: number,
): (items: readonly Outgoing<Message>[]) => Promise<readonly Appended[]> {
  return async (items) => {
    const byTopic = Map.groupBy(items, ({ topic }) => topic);
    const topicMessages = [...byTopic].map(([topic, of]) => ({ topic, messages: of.map(({ message }) => message) }));
    const request = { acks: ALL_IN_SYNC, timeout: timeoutMs, topicMessages };
    // Never given up: while it is under way nothing else may go to its partitions.
    const answers = await producer.sendBatch(request).catch((error: unknown) => {
      throw isSealed(items, error)
        ? new SealedError(items.map(({ topic, partition }) => ({ topic, partition })))
        : sorted(error);
    });
    const nextOf = new Map(answers.map((of) => [`${of.topicName}/${of.partition}`, Number(of.baseOffset)]));
    return items.map(({ topic, partition }) => {
      const name = `${topic}/${partition}`;
      const position = nextOf.get(name);
      if (position === undefined) throw new WorldError(`Kafka: no answer for ${name}`);
      nextOf.set(name, position + 1);
      return { partition, position };
    });
  };
}

/** A record that our topics have room for is refused as too large where the topic is sealed (sealing.ts). */
function isSealed(items: readonly Outgoing<Message>[], error: unknown): boolean {
  const [only, ...others] = items;
  return others.length === 0 && typeOf(error) === 'MESSAGE_TOO_LARGE' && (only?.bytes ?? 0) < MAX_RECORD_BYTES;
}
