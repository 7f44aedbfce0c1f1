/**
 * `npm run test:chaos -- --log postgres|kafka --seconds S --seed N [--break dedup|fence|order|relay|early-ack]`: the fault run, on this
 * build or on a copy of it that is broken on purpose, which must turn it red.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, root, say } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

const runIn = (folder, argv) =>
  run([join(folder, 'dist', 'libs', 'testing', 'chaos', 'main.js'), ...argv], { env: { TZ: 'UTC' } });

await main(async (argv) => {
  await install();
  build();
  const at = argv.indexOf('--break');
  if (at < 0) return runIn(root, argv);
  // After the installation: the compiler is one of the packages.
  const { brokenCopy } = await import('./broken.mjs');
  const copy = brokenCopy(argv[at + 1]);
  say(`a copy that is broken: ${argv[at + 1]}`);
  try {
    return await runIn(
      copy,
      argv.filter((_, index) => index !== at && index !== at + 1),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
