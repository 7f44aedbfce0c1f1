/**
 * The newest contact events that this process decided and committed, by lane: its own readers get them from here, without asking the
 * database for what it was just given. What was committed never changes, so it is right whoever owns the lane meanwhile.
 */
import type { LogRecord } from '#contracts/record.js';

interface Chunk {
  readonly lane: string;
  readonly first: number;
  readonly records: readonly LogRecord[];
}

export class LaneTail {
  readonly #capacity: number;
  readonly #lanes = new Map<string, Chunk[]>();
  readonly #oldest: Chunk[] = [];
  #held = 0;

  /** `capacity`: records held at most, of all lanes. */
  constructor(capacity = 20_000) {
    this.#capacity = capacity;
  }

  /** Consecutive records of one partition, in position order, after their commit. */
  add(records: readonly LogRecord[]): void {
    const [record] = records;
    if (record === undefined) return;
    const lane = laneOf(record.topic, record.partition);
    const chunk: Chunk = { lane, first: record.position, records };
    const last = this.#lanes.get(lane)?.at(-1);
    if (last !== undefined && record.position < last.first + last.records.length) this.#forget();
    const chunks = this.#lanes.get(lane);
    if (chunks) chunks.push(chunk);
    else this.#lanes.set(lane, [chunk]);
    this.#oldest.push(chunk);
    this.#held += records.length;
    while (this.#held > this.#capacity && this.#oldest.length > 1) this.#drop();
  }

  /** Records from `from` on, at most `max`, as far as they follow each other here; empty when the one at `from` is not here. */
  read(topic: string, partition: number, from: number, max: number): readonly LogRecord[] {
    const found: LogRecord[] = [];
    for (const { first, records } of this.#lanes.get(laneOf(topic, partition)) ?? []) {
      const next = from + found.length;
      if (found.length === max || first > next) break;
      if (first + records.length > next) found.push(...records.slice(next - first, next - first + max - found.length));
    }
    return found;
  }

  /** The database was set back to an earlier moment: positions are handed out again, to other events. */
  #forget(): void {
    this.#lanes.clear();
    this.#oldest.length = 0;
    this.#held = 0;
  }

  #drop(): void {
    const chunk = this.#oldest.shift();
    if (chunk === undefined) return;
    this.#lanes.get(chunk.lane)?.shift();
    this.#held -= chunk.records.length;
  }
}

const laneOf = (topic: string, partition: number): string => `${topic}/${partition}`;
