#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/apps/cli/main.js', import.meta.url);

if (!existsSync(main)) {
  console.error(
    'afterclick is not built yet: run "npm ci && npm run build" in its folder, or "npm start", which does both.',
  );
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < 22) {
  // The system's Node is too old for the product: the one that came with the packages takes over.
  const { main: script } = await import('../scripts/house.mjs');
  const { run } = await import('../scripts/run.mjs');
  await script((args) => run([fileURLToPath(import.meta.url), ...args], { cwd: process.cwd() }));
} else {
  // Under a launcher, which holds this channel: if it is killed outright, stop in order instead of living on alone.
  process.channel?.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await import(main.href);
}
