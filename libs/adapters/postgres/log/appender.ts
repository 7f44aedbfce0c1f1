/**
 * One appender a process: requests that wait while a transaction runs are joined in the next, up to 1,000 records; when nothing
 * runs, a request goes at the end of this turn of the event loop. So waiting never exceeds one transaction, and idle costs nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appendable } from '#contracts/record.js';
import { LogUnavailableError, WorldError } from '#engine/log/errors.js';
import type { Appended } from '#engine/log/log.js';

const JOINED = 1_000;
const RETRY_MS = 50;

interface Request {
  readonly records: readonly Appendable[];
  /** The caller has its answer: it gave up, or was served. */
  settled: boolean;
  resolve(appended: readonly Appended[]): void;
  reject(error: unknown): void;
}

export class Appender {
  readonly #insert: (records: readonly Appendable[]) => Promise<readonly Appended[]>;
  /** In the order they came; one that gives up leaves, so that a database which hangs holds no more than what is still waited for. */
  readonly #queue = new Set<Request>();
  #running: Promise<void> | null = null;

  /** `insert`: all or none, durable when it resolves; called one at a time. */
  constructor(insert: (records: readonly Appendable[]) => Promise<readonly Appended[]>) {
    this.#insert = insert;
  }

  /** Rejects with LogUnavailableError after `timeoutMs`; what was not begun by then is never appended. */
  append(records: readonly Appendable[], timeoutMs: number): Promise<readonly Appended[]> {
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const request: Request = { records, settled: false, resolve, reject };
      const late = new LogUnavailableError(`the log did not take ${records.length} records within ${timeoutMs} ms`);
      const timer = setTimeout(() => settle(() => reject(late)), timeoutMs);
      const settle = (answer: () => void) => {
        if (request.settled) return;
        request.settled = true;
        this.#queue.delete(request);
        clearTimeout(timer);
        answer();
      };
      request.resolve = (appended) => settle(() => resolve(appended));
      request.reject = (error) => settle(() => reject(error));
      this.#queue.add(request);
      this.#running ??= this.#run();
    });
  }

  /** Requests that are not yet on their way. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.size > 0) await this.#flush(this.#join());
    this.#running = null;
  }

  /** The next requests, in order; a request is never split. */
  #join(): readonly Request[] {
    const joined: Request[] = [];
    let count = 0;
    for (const request of this.#queue) {
      if (count > 0 && count + request.records.length > JOINED) break;
      this.#queue.delete(request);
      joined.push(request);
      count += request.records.length;
    }
    return joined;
  }

  async #flush(requests: readonly Request[]): Promise<void> {
    const open = requests.filter((request) => !request.settled);
    if (open.length === 0) return;
    try {
      const appended = await this.#insert(open.flatMap((request) => request.records));
      let from = 0;
      for (const request of open) {
        request.resolve(appended.slice(from, from + request.records.length));
        from += request.records.length;
      }
    } catch (error) {
      await this.#failed(open, error);
    }
  }

  async #failed(requests: readonly Request[], error: unknown): Promise<void> {
    if (error instanceof WorldError) {
      // The outcome is unknown, and a repeat is harmless: ids are deterministic. Those whose time is up have their answer.
      await sleep(RETRY_MS);
      return this.#flush(requests);
    }
    // One bad record must not fail those that only happened to be joined with it.
    if (requests.length === 1) return requests[0]?.reject(error);
    for (const request of requests) await this.#flush([request]);
  }
}
