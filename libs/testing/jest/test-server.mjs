import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PREFIX = 'afterclick-jest-';

/** Stops the server of a run by its pid, at once: nothing in it is worth a checkpoint. */
export function stopTestServer(folder) {
  const pidFile = join(folder, 'data', 'postgres', 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 'SIGQUIT');
    const end = Date.now() + 5_000;
    while (existsSync(pidFile) && Date.now() < end) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
