import { rmSync } from 'node:fs';
import { stopTestServer } from './test-server.mjs';

/** Stops the run's server, if one was started, and removes its folder. Jest calls this once for each project. */
export default function teardown() {
  const folder = process.env.AFTERCLICK_TEST_FOLDER;
  if (!folder) return;
  stopTestServer(folder);
  rmSync(folder, { recursive: true, force: true });
}
