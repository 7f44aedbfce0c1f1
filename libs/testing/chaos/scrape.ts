/** Counters of instances, read again and again: an instance that is killed takes its counts with it. */
import type { Instance } from './instance.js';

const EVERY_MS = 300;
const WANTED = [
  'afterclick_batches_aborted_total',
  'afterclick_batches_fenced_total',
  'afterclick_repeats_dropped_total',
] as const;

export class Scrape {
  /** Latest value by instance, life, metric and labels. */
  readonly #latest = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(private readonly instances: readonly Instance[]) {
    this.#timer = setInterval(() => {
      this.#running = this.now();
    }, EVERY_MS);
  }

  async now(): Promise<void> {
    await Promise.all(this.instances.filter(({ running }) => running).map((instance) => this.#read(instance)));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Over all lives and labels. */
  total(metric: (typeof WANTED)[number]): number {
    return [...this.#latest].filter(([name]) => name.includes(` ${metric}`)).reduce((sum, [, value]) => sum + value, 0);
  }

  async #read(instance: Instance): Promise<void> {
    const life = instance.lives;
    let text: string;
    try {
      const answer = await fetch(`${instance.url}/metrics`, { signal: AbortSignal.timeout(1_000) });
      if (!answer.ok) return;
      text = await answer.text();
    } catch {
      // Halted, dying or without its database: the next reading tells.
      return;
    }
    for (const line of text.split('\n')) {
      if (!WANTED.some((metric) => line.startsWith(metric))) continue;
      const at = line.lastIndexOf(' ');
      this.#latest.set(`${instance.name}/${life} ${line.slice(0, at)}`, Number(line.slice(at + 1)));
    }
  }
}
