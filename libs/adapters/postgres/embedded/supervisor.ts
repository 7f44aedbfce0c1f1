import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopLeftover, stopServer } from './leftover.js';
import type { EmbeddedPostgresLog } from './log.js';
import { type ServerPlan, startServer } from './server.js';

export interface SupervisedServer {
  readonly plan: ServerPlan;
  readonly pid: number;
  stop(): Promise<void>;
}

const RETRY_MS = [100, 500, 1_000, 2_000, 5_000];

/** Starts a server and, whenever it dies without having been asked to, starts it again on the same port. */
export async function superviseServer(plan: ServerPlan, log: EmbeddedPostgresLog): Promise<SupervisedServer> {
  let child = await startServer(plan);
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();

  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (!stopping) restarting = restart(`${signal ?? code}`);
    });
  };

  const restart = async (how: string): Promise<void> => {
    log.error(`Postgres ended unexpectedly (${how}); starting it again`);
    for (let attempt = 0; !stopping; attempt += 1) {
      await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
      try {
        await stopLeftover(plan.cluster);
        child = await startServer(plan);
        watch();
        log.info(`Postgres is back (pid ${child.pid})`);
        return;
      } catch (error) {
        // Orphaned backends hold the shared memory for a moment after their postmaster's death.
        log.warn(`Postgres does not start yet: ${(error as Error).message}`);
      }
    }
  };

  watch();
  return {
    plan,
    get pid() {
      return child.pid ?? 0;
    },
    stop: async () => {
      stopping = true;
      await restarting;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      await stopServer(child.pid ?? 0);
      await ended;
    },
  };
}
