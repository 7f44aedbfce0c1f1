/** How the command line finds the instance that runs on a data folder: `DATA/instance.json`, private to its owner. */
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processBirth, processExists } from '#adapters/postgres/embedded/process-birth.js';

export interface Instance {
  readonly pid: number;
  /** Start of that process as the system tells it: a pid alone may be used again. */
  readonly birth: string | null;
  /** Address of its HTTP server, without a slash at the end. */
  readonly url: string;
  readonly databaseUrl: string;
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'instance.json');
}

/** Written whole or not at all, readable by its owner only: it names the database with its password. */
export function writeInstance(dataDir: string, about: Omit<Instance, 'pid' | 'birth'>): void {
  const file = fileIn(dataDir);
  const draft = `${file}.${process.pid}`;
  const instance: Instance = { pid: process.pid, birth: processBirth(process.pid), ...about };
  writeFileSync(draft, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The instance that runs on this folder now; null when none does. */
export function readInstance(dataDir: string): Instance | null {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return null;
  const instance = JSON.parse(readFileSync(file, 'utf8')) as Instance;
  return alive(instance) ? instance : null;
}

export function removeInstance(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function alive({ pid, birth }: Instance): boolean {
  return birth === null ? processExists(pid) : processBirth(pid) === birth;
}

/** A secret kept beside the data: made once, mode 0600. Returns the text without its line end. */
export function keptSecret(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}
