/** The log as it grows: appends go on in the next generation of a topic that is sealed, and one that is consumed is checked first. */
import { generationOf } from '#contracts/topics.js';
import { GrowingAppender } from '#engine/log/growing.js';
import type { EngineLog } from './log-port.js';

export function growing(log: EngineLog): EngineLog {
  const appender = new GrowingAppender(log);
  return {
    isRelayed: log.isRelayed,
    partitions: (topic) => log.partitions(topic),
    append: (records, options) => appender.append(records, options),
    consume: async (subscription) => {
      const { topic } = subscription;
      if (generationOf(topic) > 1) await known(log, topic);
      return log.consume(subscription);
    },
    createTopic: (name, partitions) => log.createTopic(name, partitions),
    topics: () => log.topics(),
    ends: (topic) => log.ends(topic),
    seal: (topic) => log.seal(topic),
    wake: (topic, partitions) => log.wake(topic, partitions),
    committed: (records) => log.committed(records),
    startRelay: () => log.startRelay(),
    close: () => log.close(),
  };
}

/** One that another process made. */
async function known(log: EngineLog, topic: string): Promise<void> {
  const partitions = (await log.topics()).get(topic);
  if (partitions === undefined) throw new Error(`topic ${topic} is on record and not on the log`);
  await log.createTopic(topic, partitions);
}
