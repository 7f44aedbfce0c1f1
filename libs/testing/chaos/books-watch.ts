/** Looks at the books again and again while faults strike: they balance at every moment, not only at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { booksNow, unbalanced } from '../checker/books.js';
import type { Shape } from './shape.js';

const EVERY_MS = 1_000;

export class BooksWatch {
  /** What did not balance, once each. */
  readonly faults = new Set<string>();
  /** Looks that came to an end: while the database is away there is nothing to look at. */
  looks = 0;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly shape: Pick<Shape, 'database' | 'log'>,
    private readonly workspaceId: string,
  ) {}

  start(): this {
    this.#running = this.#run();
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Rejects when the database or the log does not answer. */
  async look(): Promise<void> {
    const { database, log } = this.shape;
    const books = await database.use((client) => booksNow(client, this.workspaceId));
    const counted = await log.counted(this.workspaceId, books.reached);
    for (const fault of unbalanced(books, counted)) this.faults.add(fault);
    this.looks += 1;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Away: the next look tells.
      await this.look().catch(() => undefined);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
