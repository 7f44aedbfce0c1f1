/** How the command line finds the instance that runs on a data folder: `DATA/instance.json`, private to its owner. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processBirth, processExists } from '#adapters/postgres/embedded/process-birth.js';

export interface Instance {
  readonly pid: number;
  /** Start of that process as the system tells it: a pid alone may be used again. */
  readonly birth: string | null;
  /** Address of its HTTP server, without a slash at the end. */
  readonly url: string;
  readonly databaseUrl: string;
  /** The workspace that it was started on: `api.key` beside this file is a key of it. */
  readonly workspace: { readonly id: string; readonly name: string };
}

/** File with the API key of whoever started the instance, for the workspace it was started on. */
export const LOCAL_KEY_FILE = 'api.key';

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
  const kept = readSecret(dataDir, name);
  if (kept !== null) return kept;
  const made = make();
  writeSecret(dataDir, name, made);
  return made;
}

/** Null where none is kept under this name. */
export function readSecret(dataDir: string, name: string): string | null {
  const file = join(dataDir, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/** Takes the place of one kept before; written whole or not at all, for its owner only. */
export function writeSecret(dataDir: string, name: string, text: string): void {
  const file = join(dataDir, name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
