/** What must be done from time to time: partitions and keys ahead, retention of the log, of raw deliveries and of their keys. */

import { trim } from '#adapters/postgres/log/trim.js';
import { ensurePartitions } from '#adapters/postgres/migrations/partitions.js';
import type { Runtime } from './runtime.js';

const HOUR = 3_600_000;

/** Does it once now (rejecting when that fails: without keys and partitions nothing should start), then hourly. Returns how to end it. */
export async function startMaintenance(runtime: Runtime): Promise<() => Promise<void>> {
  const { logger } = runtime;
  await maintain(runtime);
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = maintain(runtime).catch((error: unknown) =>
      logger.error({ err: error }, 'the hourly maintenance failed; it is tried again in an hour'),
    );
  }, HOUR);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function maintain({ pool, clock, workspaceKeys }: Runtime): Promise<void> {
  await ensurePartitions(pool, clock());
  await workspaceKeys.makeAhead();
  await trim(pool, clock());
}
