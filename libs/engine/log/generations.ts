/**
 * Growth of a topic by generations (engine.md 3): `engagements.g2` has more partitions than `engagements.g1`. It is consumed only once
 * g1 has come to its end in every partition and everything that its lanes told the log has been told. So order per contact holds.
 */
import type { TopicName } from '#contracts/topics.js';

/** A record with which a log that cannot be sealed otherwise probes whether it is: no input, nothing is decided on it. */
export const GENERATION_ENDED = 'generation_ended';

/**
 * `wished`: what is being published comes into force first. `announced`: the topic is there, and every definition is in force on it
 * from the beginning. `ended`: the one before is sealed, and each of its partitions has its end. `open`: it is consumed.
 */
export type GenerationState = 'wished' | 'announced' | 'ended' | 'open';

/** Which generation a consumer group reads. Each rejects with WorldError when the database or the log is away. */
export interface Generations {
  /** Where the group goes on reading the topic. */
  reading(group: string, topic: TopicName): Promise<number>;
  /** True when the group is done with this generation for good, and the next one may be read: by then nobody can read it any more. */
  advance(group: string, topic: TopicName, generation: number): Promise<boolean>;
}
