/** `npm run cluster [-- --rules 2 --projection 2 --brokers 3]`: install, build, then the services of docker-compose.yml without containers. */
import { join } from 'node:path';
import { build } from './build.mjs';
import { main } from './house.mjs';
import { install } from './install.mjs';
import { run } from './run.mjs';

await main(async (args) => {
  await install();
  build();
  return run([join('dist', 'libs', 'testing', 'cluster', 'main.js'), ...args], { env: { TZ: 'UTC' } });
});
