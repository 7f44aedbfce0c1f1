/** Carries a wish for more partitions through: run where the rules run. */
import { stepGrowth } from '#adapters/postgres/log/generations/growth.js';
import { WorldError } from '#engine/log/errors.js';
import type { Runtime } from './runtime.js';

const STEP_MS = 1_000;

/** Several processes may. Returns how to end it. */
export function startGrowth({ pool, log, logger }: Pick<Runtime, 'pool' | 'log' | 'logger'>): () => Promise<void> {
  let running: Promise<void> | null = null;
  const step = async (): Promise<void> => {
    try {
      await stepGrowth(pool, log);
    } catch (error) {
      if (error instanceof WorldError) logger.debug({ err: error }, 'a topic could not grow now; tried again');
      else logger.error({ err: error }, 'a topic could not grow: an operator must act; tried again');
    } finally {
      running = null;
    }
  };
  const timer = setInterval(() => {
    running ??= step();
  }, STEP_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
