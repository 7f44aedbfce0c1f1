/**
 * Looks now and then where a topic begins and ends on the cluster, and whether it is still the same one. kafkajs meets an offset that is out of range by going to the
 * beginning without a word; here the partition stops and says why.
 */
import { WorldError } from '#engine/log/errors.js';
import { gap, remade as remadeError, shortLog } from '#engine/log/gaps.js';
import type { Group } from './group.js';
import type { Bounds, KnownTopics } from './known-topics.js';

type WatchPort = Pick<KnownTopics, 'bounds' | 'whyRemade'>;

const EVERY_MS = 10_000;
const SOON_MS = 200;
/** A broker that has just begun to lead may for a moment tell of less than was read from the one before it. */
const SHORT_AFTER_MS = 5_000;

export class Watch {
  readonly #topic: string;
  readonly #group: Pick<Group, 'tails' | 'stop'>;
  readonly #port: WatchPort;
  #timer: NodeJS.Timeout | null = null;
  /** Per partition, since when the log ends before what was read of it. */
  readonly #shortSince = new Map<number, number>();
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
      const remade = await this.#port.whyRemade(this.#topic);
      const bounds = await this.#port.bounds(this.#topic);
      for (const [partition, tail] of tails) {
        const of = bounds[partition];
        if (of) this.#judge(partition, tail, of, remade);
      }
    } catch (error) {
      // The cluster is away: it is looked at again.
      if (!(error instanceof WorldError)) throw error;
    }
  }

  #judge(partition: number, tail: number, { low, high }: Bounds, remade: string | null): void {
    const place = { topic: this.#topic, partition };
    const now = this.#group.tails().get(partition) ?? low;
    if (remade !== null && tail > 0) this.#group.stop(partition, remadeError(place, remade));
    else if (low > now) this.#group.stop(partition, gap(place, now, low));
    if (high >= tail) this.#shortSince.delete(partition);
    else if (this.#shortFor(partition) > SHORT_AFTER_MS) this.#group.stop(partition, shortLog(place, tail, high));
    else this.soon();
  }

  #shortFor(partition: number): number {
    const since = this.#shortSince.get(partition) ?? Date.now();
    this.#shortSince.set(partition, since);
    return Date.now() - since;
  }
}
