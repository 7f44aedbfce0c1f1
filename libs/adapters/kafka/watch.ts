/**
 * Looks now and then where a topic begins and ends on the cluster, and whether it is still the same one. kafkajs meets an offset that is out of range by going to the
 * beginning without a word; here the partition stops and says why.
 */
import { WorldError } from '#engine/log/errors.js';
import { gap, remade as remadeError, shortLog } from '#engine/log/gaps.js';
import type { Group } from './group.js';

/** Of a partition: the first position there is, and the one after the last. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface WatchPort {
  bounds(topic: string): Promise<readonly Bounds[]>;
  /** As GroupDeps has it. */
  remade(topic: string): Promise<string | null>;
}

const NOTHING: Bounds = { low: 0, high: 0 };
const EVERY_MS = 10_000;
const SOON_MS = 200;

export class Watch {
  readonly #topic: string;
  readonly #group: Pick<Group, 'tails' | 'stop'>;
  readonly #port: WatchPort;
  #timer: NodeJS.Timeout | null = null;
  #due = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(topic: string, group: Pick<Group, 'tails' | 'stop'>, port: WatchPort) {
    this.#topic = topic;
    this.#group = group;
    this.#port = port;
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
    try {
      const remade = await this.#port.remade(this.#topic);
      const bounds = await this.#port.bounds(this.#topic);
      for (const [partition, tail] of tails) this.#judge(partition, tail, bounds[partition] ?? NOTHING, remade);
    } catch (error) {
      // The cluster is away: it is looked at again.
      if (!(error instanceof WorldError)) throw error;
    }
  }

  #judge(partition: number, tail: number, { low, high }: Bounds, remade: string | null): void {
    const place = { topic: this.#topic, partition };
    const now = this.#group.tails().get(partition) ?? low;
    if (remade !== null && tail > 0) this.#group.stop(partition, remadeError(place, remade));
    else if (high < tail) this.#group.stop(partition, shortLog(place, tail, high));
    else if (low > now) this.#group.stop(partition, gap(place, now, low));
  }
}
