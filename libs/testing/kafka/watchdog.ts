/** Ends brokers whose starter died without stopping them: a killed test run leaves no cluster behind. */
import { spawn } from 'node:child_process';

/** Reads a pid a line; at the end of its input (we are gone) it kills them all. */
const SCRIPT = 'pids=; while read -r pid; do pids="$pids $pid"; done; kill -9 $pids 2>/dev/null; rm -rf "$1"';

export interface Watchdog {
  watch(pid: number): void;
  /** All were stopped in order. */
  dismiss(): void;
}

/** `folder` is removed with them. */
export function startWatchdog(folder: string): Watchdog {
  const dog = spawn('sh', ['-c', SCRIPT, 'watchdog', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  dog.unref();
  // A pipe of a child is a socket, and would keep the process alive.
  if ('unref' in dog.stdin && typeof dog.stdin.unref === 'function') dog.stdin.unref();
  dog.stdin.on('error', () => undefined);
  return {
    watch: (pid) => void dog.stdin.write(`${pid}\n`),
    dismiss: () => void dog.kill('SIGKILL'),
  };
}
