/** Wakes the readers of a partition in this process. A version per partition closes the gap between reading and waiting. */
import type { LogRecord } from '#contracts/record.js';

/** Engine port: who appended to a partition other than by `Log.append` wakes its readers here, after the commit. */
export interface LogWaker {
  wake(topic: string, partitions: readonly number[]): void;
  /** Before that: consecutive records of a partition just as they were committed, so that this process need not read them again. */
  committed?(records: readonly LogRecord[]): void;
}

export class Wakes implements LogWaker {
  readonly #versions = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Ask before reading; `changed` then resolves at once when something came since. */
  version(topic: string, partition: number): number {
    return this.#versions.get(`${topic}/${partition}`) ?? 0;
  }

  wake(topic: string, partitions: readonly number[]): void {
    for (const partition of partitions) {
      const name = `${topic}/${partition}`;
      this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
      const waiting = this.#waiting.get(name);
      this.#waiting.delete(name);
      for (const go of waiting ?? []) go();
    }
  }

  /** Resolves when the partition was woken since `version`, or when the signal is aborted. */
  changed(topic: string, partition: number, version: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.version(topic, partition) !== version) return Promise.resolve();
    const name = `${topic}/${partition}`;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? new Set();
      this.#waiting.set(name, waiting);
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      waiting.add(go);
      signal.addEventListener('abort', go);
    });
  }
}
