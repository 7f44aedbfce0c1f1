/** `npm run bench -- NAME`: install, build, then the bench of that name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, root } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

await main(async (args) => {
  await install();
  build();
  const entry = join('dist', 'bench', 'main.js');
  if (!existsSync(join(root, entry))) throw new Error('bench/main.ts is missing: there is nothing to measure with.');
  return run([entry, ...args], { env: { TZ: 'UTC' } });
});
