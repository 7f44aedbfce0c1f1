/** Reads topics of a cluster from their first record on, beside the engine, and remembers what each record counts in the books. */
import type { KafkaLog } from '#adapters/kafka/kafka-log.js';
import type { LogRecord } from '#contracts/record.js';
import type { Batch } from '#engine/log/log.js';
import type { MemoryCheckpoints } from '#engine/log/memory-checkpoints.js';
import type { Counted, Reached } from '../checker/books.js';
import { until } from '../until.js';

const GROUP = 'fault-run';
const BEHIND_MS = 20_000;

export class KafkaFollower {
  /** By topic and partition: what the first n records come to, for each n. */
  readonly #sums = new Map<string, Counted[]>();
  /** Records that count something, by id. */
  readonly #known = new Set<string>();
  /** By delivery, how many of its engagements are on the log, each record once. */
  readonly #brought = new Map<string, number>();
  #repeats = 0;

  constructor(
    private readonly log: Pick<KafkaLog, 'consume'>,
    private readonly checkpoints: MemoryCheckpoints,
  ) {}

  async follow(topic: string): Promise<void> {
    const take = async ({ records, fence, first, next }: Batch): Promise<void> => {
      for (const record of records) this.#add(record);
      await this.checkpoints.pass(fence, first, next);
    };
    await this.log.consume({ group: GROUP, topic, maxRecords: 1_000, onBatch: take, onPoison: take });
  }

  /** Waits until it has read so far itself. */
  async counted(reached: readonly Reached[]): Promise<Counted> {
    let [accepted, ended] = [0, 0];
    for (const { topic, partition, next } of reached) {
      const sums = this.#of(topic, partition);
      await until(() => sums.length > next, BEHIND_MS);
      accepted += sums[next]?.accepted ?? 0;
      ended += sums[next]?.ended ?? 0;
    }
    return { accepted, ended };
  }

  /**
   * Engagements on the log beyond those that a delivery tells of, up to where it has read: brought twice by a retry, or brought for a
   * request whose own record never came, because its append was cut short and its sender not answered.
   */
  surplus(): number {
    const untold = [...this.#brought].filter(([delivery]) => !this.#known.has(delivery));
    return untold.reduce((sum, [, count]) => sum + count, this.#repeats);
  }

  #add(record: LogRecord): void {
    const sums = this.#of(record.topic, record.partition);
    // A batch that comes again is known already.
    if (record.position !== sums.length - 1) return;
    const { accepted, ended } = sums.at(-1) as Counted;
    const more = this.#countsOf(record);
    sums.push({ accepted: accepted + more.accepted, ended: ended + more.ended });
  }

  #of(topic: string, partition: number): Counted[] {
    const name = `${topic}/${partition}`;
    const sums = this.#sums.get(name) ?? [{ accepted: 0, ended: 0 }];
    this.#sums.set(name, sums);
    return sums;
  }

  /** Only what names its source has an account. A request is told of once, an engagement ends as often as it is on the log. */
  #countsOf({ type, id, data }: LogRecord): Counted {
    if (typeof data['sourceId'] !== 'string') return { accepted: 0, ended: 0 };
    const isRepeat = this.#known.has(id);
    this.#known.add(id);
    if (type === 'engagement') {
      const delivery = String(data['deliveryId']);
      if (isRepeat) this.#repeats += 1;
      else this.#brought.set(delivery, (this.#brought.get(delivery) ?? 0) + 1);
      return { accepted: 0, ended: 1 };
    }
    const told = type === 'delivery_received' && !isRepeat;
    return { accepted: told ? Number(data['engagements']) + Number(data['unreadable']) : 0, ended: 0 };
  }
}
