import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_MAJOR, type PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';
import { commandAs, type ServerIdentity } from './identity.js';

/** The superuser of every cluster of ours. */
export const SUPERUSER = 'afterclick';

/**
 * Creates a cluster, unless it is there. It is prepared beside its place and moved there when whole, so a process
 * that dies half-way leaves nothing that looks like a database.
 */
export async function ensureCluster(
  binaries: PostgresBinaries,
  identity: ServerIdentity,
  cluster: string,
  password: string,
): Promise<void> {
  if (existsSync(join(cluster, 'PG_VERSION'))) return checkVersion(cluster);
  if (existsSync(cluster)) {
    throw new EmbeddedPostgresError(`${cluster} holds no Postgres cluster: move it away, or give another data folder.`);
  }
  const draft = `${cluster}.initializing`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity !== null) for (const path of [draft, passwordFile]) chownSync(path, identity.uid, identity.gid);
  try {
    await initdb(binaries, identity, draft, passwordFile);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, cluster);
}

function checkVersion(cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === String(POSTGRES_MAJOR)) return;
  throw new EmbeddedPostgresError(
    `${cluster} was written by Postgres ${found}, and this is Postgres ${POSTGRES_MAJOR}: start the version of ` +
      'Afterclick that wrote it, or move the data with pg_dump.',
  );
}

async function initdb(
  binaries: PostgresBinaries,
  identity: ServerIdentity,
  folder: string,
  passwordFile: string,
): Promise<void> {
  const { file, args, options } = commandAs(identity, binaries.initdb, [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]);
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, signal) => resolve(exit ?? signal));
  });
  if (code === 0) return;
  throw new EmbeddedPostgresError(
    `initdb could not create the database in ${folder} (${code}): ${output.trim().split('\n').slice(-5).join(' · ')}. ` +
      'Cure what it says, or point DATABASE_URL at a Postgres of your own.',
  );
}
