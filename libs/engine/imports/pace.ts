/**
 * How many rows of an import are appended at once: as many as are decided in a third of a second, so that what comes live behind them
 * waits no longer, on a machine of any speed and whatever else it does. Falls at once, rises slowly.
 */
export const FEWEST_ROWS = 20;
export const MOST_ROWS = 500;
const TARGET_MS = 300;

export class Pace {
  #rows = FEWEST_ROWS;

  get rows(): number {
    return this.#rows;
  }

  /** `ms`: from when a chunk was appended until it was decided. */
  took(ms: number): void {
    const wished = ms > TARGET_MS ? this.#rows * Math.max(0.5, TARGET_MS / ms) : this.#rows * 1.2;
    this.#rows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.round(wished)));
  }
}
