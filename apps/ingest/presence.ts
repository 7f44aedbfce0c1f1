/** Ingest says once a minute that it takes requests: when nobody has, it was away, and providers retry only for so long. */
import { recordPresence } from '#adapters/postgres/gaps/presence.js';
import { WorldError } from '#engine/log/errors.js';
import type { IngestRuntime } from '#platform/runtime/ingest-runtime.js';

const BEAT_MS = 60_000;

type Present = Pick<IngestRuntime, 'pool' | 'clock' | 'log' | 'topics' | 'logger'>;

/** Since when requests could be taken without a break, as far as this process has seen. */
export class Presence {
  #since: number | null = null;

  constructor(private readonly process: Present) {}

  /** Without the log none can be taken; without the database they can, and what could not be said then is said later. */
  async beat(): Promise<void> {
    const { pool, clock, log, topics, logger } = this.process;
    const at = clock();
    try {
      await log.ends(topics.engagements);
    } catch {
      this.#since = null;
      return;
    }
    this.#since ??= at;
    try {
      await recordPresence(pool, { at, since: this.#since });
    } catch (error) {
      if (!(error instanceof WorldError)) logger.warn({ err: error }, 'it could not be recorded that ingest is there');
    }
  }
}

/** Returns how to end it. */
export function sayPresence(process: Present): () => Promise<void> {
  const presence = new Presence(process);
  let running = presence.beat();
  const timer = setInterval(() => {
    running = running.then(() => presence.beat());
  }, BEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
