/** `npm start` and `npm run demo`: install, build, then `afterclick start|demo` with the arguments given. */
import { build } from './build.mjs';
import { main } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

await main(async (args) => {
  await install();
  build();
  return run(['bin/afterclick.mjs', ...args]);
});
