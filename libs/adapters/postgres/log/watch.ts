/**
 * Wakes this process's readers: it looks at the heads each 200 ms whatever happens, and at once when another process says that
 * it appended. One query for all partitions, so idle readers cost the database nothing.
 */
import { WorldError } from '#engine/log/errors.js';
import { pause } from '#engine/log/pause.js';
import type { Wakes } from '#engine/log/wakes.js';
import type { KnownEnds } from './known-ends.js';

const POLL_MS = 200;

export class Watch {
  readonly #ends: (topics: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>;
  readonly #wakes: Wakes;
  readonly #known: KnownEnds;
  readonly #topics = new Set<string>();
  readonly #last = new Map<string, readonly number[]>();
  #closed = false;
  #hurry = new AbortController();
  #running: Promise<void> | null = null;

  /** `ends` asks the database; what it answers is kept in `known`. */
  constructor(
    ends: (topics: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>,
    known: KnownEnds,
    wakes: Wakes,
  ) {
    this.#ends = ends;
    this.#known = known;
    this.#wakes = wakes;
  }

  watches(topic: string): boolean {
    return this.#topics.has(topic);
  }

  watch(topic: string): void {
    this.#topics.add(topic);
    this.#running ??= this.#run();
  }

  /** Looks now. */
  look(): void {
    this.#hurry.abort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hurry.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#hurry = new AbortController();
      await this.#poll();
      await pause(POLL_MS, this.#hurry.signal);
    }
  }

  async #poll(): Promise<void> {
    try {
      for (const [topic, ends] of await this.#ends([...this.#topics])) {
        const last = this.#last.get(topic) ?? [];
        this.#last.set(topic, ends);
        for (const [partition, end] of ends.entries()) this.#known.reached(topic, partition, end);
        const moved = ends.flatMap((end, partition) => (end === last[partition] ? [] : [partition]));
        if (moved.length > 0) this.#wakes.wake(topic, moved);
      }
    } catch (error) {
      // The readers themselves see that the database is away, pause and say so; the next look is due in any case.
      if (!(error instanceof WorldError)) throw error;
    }
  }
}
