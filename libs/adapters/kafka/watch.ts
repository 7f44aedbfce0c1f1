/**
 * Looks now and then where a topic begins and ends on the cluster. kafkajs meets an offset that is out of range by going to the
 * beginning without a word; here the partition stops and says why.
 */
import { WorldError } from '#engine/log/errors.js';
import { gap, shortLog } from '#engine/log/gaps.js';
import type { Group } from './group.js';

/** Of a partition: the first position there is, and the one after the last. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const EVERY_MS = 10_000;
const SOON_MS = 200;

export class Watch {
  readonly #topic: string;
  readonly #group: Pick<Group, 'tails' | 'fault'>;
  readonly #bounds: () => Promise<readonly Bounds[]>;
  #timer: NodeJS.Timeout | null = null;
  #due = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(topic: string, group: Pick<Group, 'tails' | 'fault'>, bounds: () => Promise<readonly Bounds[]>) {
    this.#topic = topic;
    this.#group = group;
    this.#bounds = bounds;
    this.#schedule(EVERY_MS);
  }

  /** A fetch began elsewhere than it should have. */
  soon(): void {
    this.#schedule(SOON_MS);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    if (this.#closed || Date.now() + ms >= this.#due) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#due = Date.now() + ms;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      void this.#look().finally(() => this.#schedule(EVERY_MS));
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    // Taken before the question: what has been read by then was there.
    const tails = this.#group.tails();
    if (tails.size === 0) return;
    let bounds: readonly Bounds[];
    try {
      bounds = await this.#bounds();
    } catch (error) {
      if (error instanceof WorldError) return;
      throw error;
    }
    for (const [partition, tail] of tails) {
      const place = { topic: this.#topic, partition };
      const { low, high } = bounds[partition] ?? { low: 0, high: 0 };
      if (high < tail) this.#group.fault(partition, shortLog(place, tail, high));
      else if (low > (this.#group.tails().get(partition) ?? low)) this.#group.fault(partition, gap(place, tail, low));
    }
  }
}
