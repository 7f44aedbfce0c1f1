/**
 * Appends to a topic that may have grown (engine.md 3). A partition is used until the log itself says that it is sealed; from then on
 * its contacts go on in the next generation. The log decides that in the partition's own order, so whatever each process knows or how
 * long it stood still: of one contact nothing gets into the old generation after anything got into the new one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appendable } from '#contracts/record.js';
import { generationOf, partitionOf } from '#contracts/topics.js';
import { LogUnavailableError, SealedError } from './errors.js';
import type { Appended, AppendOptions, Log } from './log.js';

export interface GrowingLog extends Pick<Log, 'append'> {
  /** Topics there are now, with their partitions. */
  topics(): Promise<ReadonlyMap<string, number>>;
}

interface Generation {
  readonly topic: string;
  readonly generation: number;
  readonly partitions: number;
}

const APPEND_TIMEOUT_MS = 2_000;
/** News of a topic takes a while to reach every broker. */
const LOOK_AGAIN_MS = 100;

const familyOf = (topic: string): string => topic.slice(0, topic.lastIndexOf('.g'));

export class GrowingAppender {
  readonly #log: GrowingLog;
  readonly #sealed = new Set<string>();
  #families: ReadonlyMap<string, readonly Generation[]> = new Map();
  #looking: Promise<void> | null = null;

  constructor(log: GrowingLog) {
    this.#log = log;
  }

  /**
   * As `Log.append`, to the oldest generation from the one a record is addressed to that still takes its contact. A record with a
   * partition of its own goes where it says, or rejects with SealedError.
   */
  async append(
    records: readonly Appendable[],
    { timeoutMs = APPEND_TIMEOUT_MS, ...rest }: AppendOptions = {},
  ): Promise<readonly Appended[]> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const addressed = records.map((record) => this.#addressed(record));
      const left = deadline - performance.now();
      if (left <= 0) throw new LogUnavailableError('the topic has grown, and no newer generation was found in time');
      try {
        const appended = await this.#log.append(addressed, { ...rest, timeoutMs: left });
        return appended.map((place, index) =>
          placed(place, records[index] as Appendable, addressed[index] as Appendable),
        );
      } catch (error) {
        if (!(error instanceof SealedError) || !this.#canGoOn(records, error)) throw error;
        await this.#findNext(error, deadline);
      }
    }
  }

  #addressed(record: Appendable): Appendable {
    const { topic, key, partition } = record;
    const family = this.#families.get(familyOf(topic));
    if (partition !== undefined || key === null || family === undefined) return record;
    const open = family.find(
      (one) =>
        one.generation >= generationOf(topic) && !this.#sealed.has(`${one.topic}/${partitionOf(key, one.partitions)}`),
    );
    return open === undefined || open.topic === topic ? record : { ...record, topic: open.topic };
  }

  /** False where a record names the very partition that is sealed. */
  #canGoOn(records: readonly Appendable[], { places }: SealedError): boolean {
    return !records.some((record) =>
      places.some(({ topic, partition }) => record.topic === topic && record.partition === partition),
    );
  }

  async #findNext({ places }: SealedError, deadline: number): Promise<void> {
    for (const { topic, partition } of places) this.#sealed.add(`${topic}/${partition}`);
    const hasNext = () =>
      places.every(({ topic }) =>
        this.#families.get(familyOf(topic))?.some(({ generation }) => generation > generationOf(topic)),
      );
    while (!hasNext() && performance.now() < deadline) {
      await this.#look();
      if (!hasNext()) await sleep(LOOK_AGAIN_MS);
    }
  }

  /** Once for all who ask meanwhile. */
  #look(): Promise<void> {
    this.#looking ??= this.#readTopics().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #readTopics(): Promise<void> {
    const topics = [...(await this.#log.topics())].map(([topic, partitions]) => ({
      topic,
      generation: generationOf(topic),
      partitions,
    }));
    const families = Map.groupBy(topics, ({ topic }) => familyOf(topic));
    for (const family of families.values()) family.sort((a, b) => a.generation - b.generation);
    this.#families = families;
  }
}

function placed(place: Appended, asked: Appendable, addressed: Appendable): Appended {
  return asked.topic === addressed.topic ? place : { ...place, topic: addressed.topic };
}
