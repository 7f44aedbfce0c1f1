/**
 * What kafkajs fetched of one partition and its run has not applied yet. kafkajs pushes, the run pulls; so a long batch holds up
 * neither the heartbeat nor another partition (kafkajs fetches anew only when every handler of the last fetch is done).
 */
import type { KafkaMessage } from 'kafkajs';
import { sizeOf } from './codec.js';

/** How the feed moves its partition in the fetches. */
export interface Tap {
  seek(partition: number, position: number): void;
  pause(partition: number): void;
  resume(partition: number): void;
}

export interface FeedLimits {
  /** Fetching pauses above either, and resumes below half of both. */
  readonly records: number;
  readonly bytes: number;
}

export class Feed {
  readonly #partition: number;
  readonly #tap: Tap;
  readonly #limits: FeedLimits;
  #buffer: KafkaMessage[] = [];
  #bytes = 0;
  #paused = true;
  /** Position that the run reads from; null until its first read. */
  #head: number | null = null;
  /** Position that the next fetch must begin at. */
  #tail = 0;
  /** The tail at which a fetch began elsewhere. */
  #missed = -1;

  /** Begins paused: nothing may be fetched before the run says from where. */
  constructor(partition: number, tap: Tap, limits: FeedLimits) {
    this.#partition = partition;
    this.#tap = tap;
    this.#limits = limits;
    tap.pause(partition);
  }

  /** Position of the first record that is not applied; null when the run has not read yet. */
  get head(): number | null {
    return this.#head;
  }

  get tail(): number {
    return this.#tail;
  }

  /** From `position` on, at most `max`; what lies below is applied. Seeks when the feed is elsewhere: then nothing is there yet. */
  read(position: number, max: number): readonly KafkaMessage[] {
    if (this.#head === null || position < this.#head || position > this.#tail) this.#seek(position);
    let applied = 0;
    while (positionOf(this.#buffer[applied]) < position) applied += 1;
    for (const message of this.#buffer.splice(0, applied)) this.#bytes -= sizeOf(message);
    this.#head = position;
    this.#ease();
    return this.#buffer.slice(0, max);
  }

  /** The group has joined anew, and this partition stayed: kafkajs has forgotten where it was. */
  rejoined(): void {
    this.#tap.pause(this.#partition);
    this.#paused = true;
    if (this.#head === null) return;
    this.#tap.seek(this.#partition, this.#tail);
    this.#ease();
  }

  /**
   * What a fetch from `from` on brought. False when that is not the tail: a stale fetch, or kafkajs went to the beginning of the log,
   * because it does not have what is expected. It is fetched again; where it begins too late a second time, what is there is taken,
   * so that the run sees the gap and stops at it.
   */
  push(from: number, messages: readonly KafkaMessage[]): boolean {
    if (this.#head === null) return false;
    if (from < this.#tail || (from > this.#tail && this.#missed !== this.#tail)) {
      this.#missed = this.#tail;
      this.#tap.seek(this.#partition, this.#tail);
      return false;
    }
    for (const message of messages) this.#bytes += sizeOf(message);
    this.#buffer.push(...messages);
    this.#tail = positionOf(messages.at(-1)) + 1;
    if (this.#over(1)) this.#pause();
    return true;
  }

  #seek(position: number): void {
    this.#buffer = [];
    this.#bytes = 0;
    this.#head = position;
    this.#tail = position;
    this.#tap.seek(this.#partition, position);
  }

  #over(share: number): boolean {
    return this.#buffer.length > this.#limits.records * share || this.#bytes > this.#limits.bytes * share;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#tap.pause(this.#partition);
  }

  #ease(): void {
    if (!this.#paused || this.#over(0.5)) return;
    this.#paused = false;
    this.#tap.resume(this.#partition);
  }
}

function positionOf(message: KafkaMessage | undefined): number {
  return message === undefined ? Number.POSITIVE_INFINITY : Number(message.offset);
}
