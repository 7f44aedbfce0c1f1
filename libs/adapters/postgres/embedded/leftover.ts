import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.js';
import { processArguments, processExists } from './process-birth.js';

/** A server that ends by itself (fast shutdown: roll back, checkpoint) may need this long; ms. */
const FAST_MS = 30_000;
const IMMEDIATE_MS = 10_000;

/**
 * Stops a server that a crashed owner left running in this cluster, and removes a pid file that names some other
 * process. Returns the pid of the server that was stopped, if there was one.
 */
export async function stopLeftover(cluster: string): Promise<number | null> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!servesCluster(pid, cluster)) {
    // Postgres itself would refuse to start if the pid has passed to another process of the same user.
    rmSync(file, { force: true });
    return null;
  }
  await stopServer(pid);
  return pid;
}

/** Fast shutdown, then an immediate one. Resolves when the process is gone. */
export async function stopServer(pid: number): Promise<void> {
  signal(pid, 'SIGCONT');
  signal(pid, 'SIGINT');
  if (await gone(pid, FAST_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await gone(pid, IMMEDIATE_MS)) return;
  throw new EmbeddedPostgresError(`The Postgres with pid ${pid} does not stop: end it with "kill -9 ${pid}".`);
}

function servesCluster(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !processExists(pid)) return false;
  const args = processArguments(pid);
  // Without /proc the pid file is believed: what it names is alive.
  return args === null || args.includes(resolve(cluster));
}

async function gone(pid: number, within: number): Promise<boolean> {
  const end = Date.now() + within;
  while (processExists(pid)) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
