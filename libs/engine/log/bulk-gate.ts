/**
 * Live before bulk (engine.md 4.18): what nobody waits for is appended only while its partition's lag is under a second. The share is
 * set here, at admission: there is one topic, and its order stays.
 */
import { generationOf } from '#contracts/topics.js';

/** Where one partition stands: `next` is to be decided, `end` comes after the last record. */
export interface Standing {
  readonly next: number;
  readonly end: number;
}

export interface Standings {
  /** The topic that is consumed now, with its generation. */
  readonly topic: string;
  readonly partitions: readonly Standing[];
}

export interface BulkPorts {
  /** Asked anew each time. Rejects with WorldError. */
  standings(): Promise<Standings>;
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  pause(ms: number): Promise<void>;
}

export const MAX_LAG_MS = 1_000;
const LOOK_MS = 25;
const MARKS = 64;

interface Mark {
  end: number;
  /** What stands before `end` was appended after this moment at the earliest. */
  readonly since: number;
}

/**
 * How long the oldest undecided record of a partition has waited, from looks at where it stands: at most that long. What was there at
 * the first look may be of any age, and counts as old until it is decided.
 */
export class LagWatch {
  #marks: Mark[] = [];
  #end = 0;
  #looked = Number.NEGATIVE_INFINITY;

  /** Milliseconds; Infinity for what was there before the first look. */
  look({ next, end }: Standing, now: number): number {
    if (end > this.#end) {
      this.#marks.push({ end, since: this.#looked });
      this.#end = end;
    }
    this.#looked = now;
    while (this.#marks[0] !== undefined && this.#marks[0].end <= next) this.#marks.shift();
    if (this.#marks.length > MARKS) this.#join();
    const oldest = this.#marks[0];
    return oldest === undefined ? 0 : now - oldest.since;
  }

  /** Two neighbours become one with the age of the older. */
  #join(): void {
    const [first, second, ...rest] = this.#marks as [Mark, Mark, ...Mark[]];
    first.end = second.end;
    this.#marks = [first, ...rest];
  }
}

/** A place on the log, as an append answers it. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
}

/** Partitions that bulk may be appended to. */
export interface OpenPartitions {
  readonly topic: string;
  /** How many there are. */
  readonly of: number;
  readonly open: readonly number[];
}

export class BulkGate {
  #topic = '';
  #watches: LagWatch[] = [];

  constructor(private readonly ports: BulkPorts) {}

  /** Resolves when each of these partitions has a lag under a second. Rejects when `signal` is aborted, with its reason. */
  async admit(partitions: ReadonlySet<number>, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const lags = this.#lags(await this.ports.standings());
      if ([...partitions].every((partition) => (lags[partition] ?? 0) < MAX_LAG_MS)) return;
      await this.ports.pause(LOOK_MS);
    }
  }

  /** Which partitions have a lag under a second now, of how many, and of which topic. Rejects with WorldError. */
  async open(): Promise<OpenPartitions> {
    const standings = await this.ports.standings();
    const lags = this.#lags(standings);
    const open = lags.flatMap((lag, partition) => (lag < MAX_LAG_MS ? [partition] : []));
    return { topic: standings.topic, of: lags.length, open };
  }

  /** Resolves when all of these places are decided. */
  async decided(places: readonly Place[], signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const standings = await this.ports.standings();
      this.#lags(standings);
      if (places.every((place) => isDecided(place, standings))) return;
      await this.ports.pause(LOOK_MS);
    }
  }

  #lags({ topic, partitions }: Standings): readonly number[] {
    if (topic !== this.#topic) {
      this.#topic = topic;
      this.#watches = [];
    }
    const now = this.ports.now();
    return partitions.map((standing, partition) => {
      this.#watches[partition] ??= new LagWatch();
      return this.#watches[partition].look(standing, now);
    });
  }
}

/** A generation is consumed only when the one before is drained. */
function isDecided({ topic, partition, position }: Place, standings: Standings): boolean {
  const [its, now] = [generationOf(topic), generationOf(standings.topic)];
  return its < now || (its === now && (standings.partitions[partition]?.next ?? 0) > position);
}
