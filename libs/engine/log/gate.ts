/**
 * How many batches run at once in this process, and that a suspect runs alone: a record tried by itself may kill the process,
 * and no other partition's try may be lost with it (engine.md 4.12).
 */
interface Waiting {
  readonly alone: boolean;
  readonly go: () => void;
}

export class Gate {
  readonly #limit: number;
  readonly #queue: Waiting[] = [];
  #running = 0;
  #alone = false;

  /** `limit`: batches that run side by side. */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new Error(`concurrency must be a whole number above 0, not ${limit}`);
    this.#limit = limit;
  }

  /** Runs `work` beside at most `limit - 1` others. First come, first served. */
  shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(false, work);
  }

  /** Runs `work` when nothing else runs, and nothing else beside it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(true, work);
  }

  async #enter<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#queue.length > 0 || !this.#fits(alone)) {
      await new Promise<void>((go) => this.#queue.push({ alone, go }));
    } else {
      this.#begin(alone);
    }
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#alone = false;
      this.#admit();
    }
  }

  #fits(alone: boolean): boolean {
    return alone ? this.#running === 0 : !this.#alone && this.#running < this.#limit;
  }

  #begin(alone: boolean): void {
    this.#running += 1;
    this.#alone = alone;
  }

  #admit(): void {
    for (let first = this.#queue[0]; first && this.#fits(first.alone); first = this.#queue[0]) {
      this.#queue.shift();
      this.#begin(first.alone);
      first.go();
    }
  }
}
