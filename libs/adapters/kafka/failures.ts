/** Errors of kafkajs, sorted by whose fault they are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorldError } from '#engine/log/errors.js';

/** Types of protocol errors that no retry cures: the record itself is refused. */
const OF_THE_RECORD = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

interface KafkaFailure extends Error {
  readonly type?: string;
  readonly cause?: unknown;
}

function isKafkaFailure(error: unknown): error is KafkaFailure {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}

/** The error that kafkajs wrapped, at the bottom of its causes. */
export function rootOf(error: unknown): unknown {
  return isKafkaFailure(error) && error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** Protocol type of an error of kafkajs, e.g. `UNKNOWN_TOPIC_OR_PARTITION`; null for any other. */
export function typeOf(error: unknown): string | null {
  const root = rootOf(error);
  return isKafkaFailure(root) ? (root.type ?? null) : null;
}

/** A WorldError when the cluster or the way to it is at fault, else the error itself. */
export function sorted(error: unknown): unknown {
  if (!isKafkaFailure(error)) return error;
  const type = typeOf(error);
  const root = rootOf(error) as Error;
  if (type !== null && OF_THE_RECORD.has(type)) {
    return new Error(`the broker refuses the record: ${root.message}`, { cause: error });
  }
  return new WorldError(`Kafka: ${root.message}`, { cause: error });
}

const SPREAD_MS = 10_000;
const AGAIN_MS = 100;

/** Repeats what rejects with WorldError: news of a topic takes a while to reach every broker. Rejects when it still does after 10 s. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const end = Date.now() + SPREAD_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof WorldError) || Date.now() > end) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

/** Longer than kafkajs tries by itself: a call beyond it hangs. */
const PATIENCE_MS = 60_000;

/** Runs a call of kafkajs that changes nothing, with its errors sorted; one that hangs is given up. */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new WorldError(`Kafka: no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([call(), hanging]);
  } catch (error) {
    throw sorted(error);
  } finally {
    clearTimeout(late);
  }
}
