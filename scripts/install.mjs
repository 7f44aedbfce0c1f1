import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, say } from './house.mjs';

const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {});

/** The packages of the lock file that are absent from node_modules, or there in another version. */
export function missingPackages() {
  const installed = read(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(read(join(root, 'package-lock.json')))
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.link)
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

/** `npm ci` replaces node_modules/.bin/node while it runs, so it must not run on it. */
function systemPath() {
  const path = process.env.PATH ?? '';
  return path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
    .join(delimiter);
}

/** Installs what the lock file asks for, if anything of it is missing. Throws with the cure when it cannot. */
export async function install() {
  const missing = missingPackages().length;
  if (missing === 0) return;
  say(`installing ${missing} packages with npm ci (once, usually under a minute)`);
  const since = Date.now();
  const progress = setInterval(() => say(`still installing, ${Math.round((Date.now() - since) / 1000)} s`), 5_000);
  const code = await new Promise((resolve, reject) => {
    const child = spawn(
      'npm',
      ['ci', '--loglevel=error', '--no-fund', '--no-audit', '--no-progress', '--include=dev'],
      {
        cwd: root,
        env: { ...process.env, PATH: systemPath() },
        stdio: ['ignore', 2, 2],
        shell: process.platform === 'win32',
      },
    );
    child.on('error', reject);
    child.on('exit', (exit, signal) => resolve(signal ?? exit));
  }).finally(() => clearInterval(progress));
  if (code !== 0) {
    throw new Error(`npm ci failed (${code}). Its own message is above; with the npm registry in reach, try again.`);
  }
  say(`installed in ${Math.round((Date.now() - since) / 1000)} s`);
}
