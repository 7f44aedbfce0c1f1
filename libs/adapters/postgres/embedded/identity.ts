import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './errors.js';

/** As whom the server's programs run; null: as ourselves. */
export type ServerIdentity = {
  readonly uid: number;
  readonly gid: number;
  /** The user cannot enter a folder on the way to the binaries or the data, as in a home closed to others. */
  readonly needsPassage: boolean;
} | null;

export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
}

/**
 * Postgres refuses to run as root, so there the user is the owner of the cluster, or for a new one `postgres` or
 * `nobody`, which exist nearly everywhere (initdb wants a user with a name).
 * @param cluster the folder of the cluster, which need not exist yet
 */
export function serverIdentity(binaries: PostgresBinaries, cluster: string): ServerIdentity {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = ownerOf(cluster) ?? unprivilegedUser();
  const places = [dirname(cluster), binaries.postgres, join(binaries.root, 'lib'), join(binaries.root, 'share')];
  const needsPassage = !places.every((place) => canReach(place, uid, gid));
  if (needsPassage && spawnSync('setpriv', ['--version']).status !== 0) {
    throw new EmbeddedPostgresError(
      `Postgres does not run as root, and user ${uid} may not enter ${dirname(cluster)} or ${binaries.root}: run as a ` +
        'plain user, move the folders to where others may enter, or point DATABASE_URL at a Postgres of your own.',
    );
  }
  return { uid, gid, needsPassage };
}

/** How to spawn a program under that identity. Closed folders are passed by a single capability, never as root. */
export function commandAs(identity: ServerIdentity, file: string, args: readonly string[]): ServerCommand {
  if (identity === null) return { file, args, options: {} };
  const { uid, gid, needsPassage } = identity;
  if (!needsPassage) return { file, args, options: { uid, gid } };
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const passage = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { file: 'setpriv', args: [...user, ...passage, file, ...args], options: {} };
}

function ownerOf(folder: string): { uid: number; gid: number } | null {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found === undefined || found.uid === 0 ? null : { uid: found.uid, gid: found.gid };
}

function unprivilegedUser(): { uid: number; gid: number } {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'Postgres does not run as root, and there is neither a user "postgres" nor "nobody" to run it as: run as a plain ' +
      'user, or point DATABASE_URL at a Postgres of your own.',
  );
}

function canReach(path: string, uid: number, gid: number): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const shift = owner === uid ? 6 : group === gid ? 3 : 0;
  const allowed = ((mode >> shift) & 0o1) === 0o1;
  return allowed && (dirname(path) === path || canReach(dirname(path), uid, gid));
}
