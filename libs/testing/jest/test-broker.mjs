import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Ends the Kafka brokers of a run by their pids, at once: nothing in them is worth keeping. */
export function stopTestBroker(folder) {
  const known = join(folder, 'kafka.json');
  if (!existsSync(known)) return;
  const { pids, data } = JSON.parse(readFileSync(known, 'utf8'));
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  rmSync(data, { recursive: true, force: true });
}
