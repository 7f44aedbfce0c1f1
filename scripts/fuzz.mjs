/** `npm run fuzz -- --seconds S --seed N`: install, build, then inputs that nobody sends, for parsers and for ingest over HTTP. */
import { join } from 'node:path';
import { build } from './build.mjs';
import { main } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

await main(async (args) => {
  await install();
  build();
  return run([join('dist', 'libs', 'testing', 'fuzz', 'main.js'), ...args], { env: { TZ: 'UTC' } });
});
