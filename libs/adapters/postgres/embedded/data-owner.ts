import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataDirTakenError, EmbeddedPostgresError } from './errors.js';
import { processBirth, processExists } from './process-birth.js';

interface Owner {
  readonly pid: number;
  readonly birth: string | null;
  readonly command: string;
  readonly since: string;
}

export interface DataDirOwnership {
  /** Gives the folder up. Harmless when repeated. */
  release(): void;
}

/**
 * Makes this process the only owner of a data folder (created if missing) until `release` or its death. Asked again
 * by the same process it grants at once, and only the first grant's release counts.
 * @throws DataDirTakenError when a live process has it
 */
export function takeDataDir(dataDir: string): DataDirOwnership {
  const folder = resolve(dataDir);
  const lock = join(folder, 'owner.lock');
  const mine = join(folder, `owner.lock.${process.pid}`);
  const self: Owner = {
    pid: process.pid,
    birth: processBirth(process.pid),
    command: [basename(process.argv[1] ?? 'node'), process.argv[2]].filter(Boolean).join(' '),
    since: new Date().toISOString(),
  };
  writable(folder, () => {
    // The embedded server runs as another user when we are root: it must be able to pass through.
    mkdirSync(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    writeFileSync(mine, JSON.stringify(self));
  });
  try {
    while (!linked(mine, lock)) {
      const owner = ownerIn(lock);
      if (owner === null) continue;
      if (owner.pid === self.pid && owner.birth === self.birth) return { release: () => {} };
      if (alive(owner)) throw new DataDirTakenError(dataDir, owner);
      removeStale(lock, owner);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    release: () => {
      if (ownerIn(lock)?.pid === self.pid) rmSync(lock, { force: true });
    },
  };
}

function writable(folder: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
    throw new EmbeddedPostgresError(
      `The data folder ${folder} cannot be written by this user (${code}): run as the user who owns it, or give another data folder.`,
    );
  }
}

/** A link, unlike a write, appears whole or not at all, and only if the name is free. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ownerIn(lock: string): Owner | null {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Owner;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function alive({ pid, birth }: Owner): boolean {
  return birth === null ? processExists(pid) : processBirth(pid) === birth;
}

/** Two processes may find the same stale lock: whoever moved away a fresh one by mistake puts it back. */
function removeStale(lock: string, stale: Owner): void {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = ownerIn(aside);
  if (moved?.pid !== stale.pid || moved.birth !== stale.birth) linked(aside, lock);
  rmSync(aside, { force: true });
}
