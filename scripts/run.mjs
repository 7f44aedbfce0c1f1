import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pinnedNode, root } from './house.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program on the pinned Node and resolves with its exit code. Signals reach it through here only: it has a
 * process group of its own, since from a terminal Ctrl-C would arrive twice (from the terminal and through npm), and
 * a second Ctrl-C means "now".
 */
export function run(args, { env = {}, cwd = root } = {}) {
  const child = spawn(pinnedNode(), args, {
    cwd,
    env: { ...process.env, ...env },
    // The channel tells the program of our death, whatever killed us.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  let last = 0;
  for (const signal of signals) {
    process.on(signal, () => {
      const now = Date.now();
      if (now - last > 500) child.kill(signal);
      last = now;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code));
  });
}
