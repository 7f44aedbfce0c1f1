import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { mirrorAssets } from './assets.mjs';
import { pinnedNode, root, say } from './house.mjs';

const stamp = join(root, 'dist', '.built');
const inputs = ['apps', 'libs', 'bench', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];

function* files(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) return yield path;
  for (const name of readdirSync(path)) yield* files(join(path, name));
}

/** Changes whenever a source file is added, removed or written. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap((input) => [...files(join(root, input))]).sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Compiles everything into dist, unless dist is up to date already. Throws when the compiler finds an error. */
export function build() {
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  say('building');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(pinnedNode(), [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('the build failed; the compiler says why above.');
  mirrorAssets();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, now);
}
