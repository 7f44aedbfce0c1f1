/** Joins settlements that wait while a transaction runs into the next one. */
import { WorldError } from '#engine/log/errors.js';
import { type Backoff, pause, pauseMs } from '#engine/log/pause.js';
import type { EffectQueue, Settlement } from './queue.js';

const BACKOFF: Backoff = { firstMs: 50, maxMs: 2_000 };

interface Waiting {
  readonly settlement: Settlement;
  resolve(): void;
  reject(error: unknown): void;
}

export class Settler {
  #waiting: Waiting[] = [];
  #running = false;

  /** `stopping`: no more attempts at a database that is away; what is not settled by then is carried out again. */
  constructor(
    private readonly queue: Pick<EffectQueue, 'settle'>,
    private readonly stopping: AbortSignal,
  ) {}

  /** Resolves when it is settled or another's. The database being away is waited for. */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settlement, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const joined = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(joined.map(({ settlement }) => settlement));
        for (const { resolve } of joined) resolve();
      } catch (error) {
        for (const { reject } of joined) reject(error);
      }
    }
    this.#running = false;
  }

  async #write(settlements: readonly Settlement[]): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await this.queue.settle(settlements);
        return;
      } catch (error) {
        if (!(error instanceof WorldError) || this.stopping.aborted) throw error;
        await pause(pauseMs(BACKOFF, failures), this.stopping);
      }
    }
  }
}
