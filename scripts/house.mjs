import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Progress goes to stderr, so that stdout carries results only. */
export const say = (line) => process.stderr.write(`[afterclick] ${line}\n`);

/**
 * The Node that runs the product: the one pinned in node_modules, else the current one if it is new enough.
 * A pinned binary that cannot run here (another C library) is passed over.
 */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', `node-${osName()}-${process.arch}`, 'bin', name);
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Error(
    `No Node for ${process.platform}-${process.arch} comes with the packages, and ${process.version} is too old: ` +
      'install Node 24 and run this again.',
  );
}

const osName = () => (process.platform === 'win32' ? 'win' : process.platform);

/** Runs a script's main function; an error is one sentence on stderr and exit code 1. */
export async function main(run) {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
