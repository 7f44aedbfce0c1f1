/**
 * `npm run test:chaos -- --log postgres --seconds S --seed N [--break dedup|fence|order|relay|early-ack]`: the fault run, on this build
 * or on a copy of it that is broken on purpose, which must turn it red.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { breaks } from './breaks.mjs';
import { build } from './build.mjs';
import { copySources, replaceIn } from './copy.mjs';
import { main, pinnedNode, say } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

const ENTRY = join('dist', 'libs', 'testing', 'chaos', 'main.js');

/** A built copy with the named fault in it. */
function broken(name) {
  const replacements = breaks[name];
  if (!replacements) throw new Error(`--break ${name} is none of ${Object.keys(breaks).join(', ')}.`);
  const copy = copySources();
  for (const replacement of replacements) replaceIn(copy, replacement);
  say(`building a copy that is broken: ${name}`);
  const { status } = spawnSync(pinnedNode(), ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: copy,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`the copy broken by "${name}" does not build.`);
  return copy;
}

await main(async (argv) => {
  await install();
  build();
  const at = argv.indexOf('--break');
  if (at < 0) return run([ENTRY, ...argv], { env: { TZ: 'UTC' } });
  const rest = argv.filter((_, index) => index !== at && index !== at + 1);
  const copy = broken(argv[at + 1]);
  try {
    return await run([ENTRY, ...rest, '--program', join(copy, 'bin', 'afterclick.mjs')], { env: { TZ: 'UTC' } });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
