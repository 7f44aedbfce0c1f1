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
    for (const [name, value] of await counters(instance.url)) {
      if (WANTED.some((metric) => name.startsWith(metric))) this.#latest.set(`${instance.name}/${life} ${name}`, value);
    }
  }
}

/** What a process counts of one metric in this life, over all labels; 0 while it does not answer. */
export async function countedBy(url: string, metric: (typeof WANTED)[number]): Promise<number> {
  const all = await counters(url);
  return all.filter(([name]) => name.startsWith(metric)).reduce((sum, [, value]) => sum + value, 0);
}

/** By name and labels; none when it is halted, dying or without its database: the next reading tells. */
async function counters(url: string): Promise<readonly (readonly [string, number])[]> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1_000) });
    if (!answer.ok) return [];
    return (await answer.text()).split('\n').map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    });
  } catch {
    return [];
  }
}
