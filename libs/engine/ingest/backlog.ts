/**
 * What is being stored, and how long something more would wait: what is pending divided by what was stored a millisecond lately
 * (Little's law). Only time in which something was pending counts, so that an idle hour does not look like a slow one.
 */

/** After so many milliseconds of busy time what was stored counts half: long enough to smooth single transactions, short enough to follow a slow disk. */
const HALF_LIFE_MS = 500;

interface Entry {
  readonly weight: number;
  /** Milliseconds. */
  readonly since: number;
}

export class Backlog {
  /** In the order they began, so that the first is the oldest. */
  readonly #entries = new Map<object, Entry>();
  #pending = 0;
  #stored = 0;
  #busyMs = 0;
  #counted = 0;

  /** `weight`: its work, in any unit as long as it is one. */
  begin(entry: object, weight: number, now: number): void {
    if (this.#entries.has(entry)) return;
    this.#count(now);
    this.#entries.set(entry, { weight, since: now });
    this.#pending += weight;
  }

  /** It was dealt with; or given up, which shows nothing of how fast things are stored. Nothing happens when it is not pending. */
  end(entry: object, now: number, how: 'done' | 'given up'): void {
    const began = this.#entries.get(entry);
    if (began === undefined) return;
    this.#count(now);
    this.#entries.delete(entry);
    this.#pending -= began.weight;
    if (how === 'done') this.#stored += began.weight;
  }

  /** Milliseconds for which the oldest has been pending; 0 when nothing is. */
  oldestMs(now: number): number {
    const oldest = this.#entries.values().next();
    return oldest.done ? 0 : Math.max(0, now - oldest.value.since);
  }

  /** Milliseconds until what is pending will be stored, as far as is known: 0 while nothing was stored yet. */
  get waitMs(): number {
    return this.#stored === 0 ? 0 : (this.#pending * this.#busyMs) / this.#stored;
  }

  #count(now: number): void {
    const passed = Math.max(0, now - this.#counted);
    this.#counted = now;
    if (this.#entries.size === 0) return;
    const left = 0.5 ** (passed / HALF_LIFE_MS);
    this.#busyMs = this.#busyMs * left + passed;
    this.#stored *= left;
  }
}
