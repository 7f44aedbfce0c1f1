#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/apps/cli/main.js', import.meta.url);

if (!existsSync(main)) {
  console.error(
    'afterclick is not built yet: run "npm ci && npm run build" in its folder, or "npm start", which does both.',
  );
  process.exit(1);
}

await import(main.href);
