import { rmSync } from 'node:fs';
import { stopTestBroker } from './test-broker.mjs';
import { stopTestServer } from './test-server.mjs';

/** Stops the run's server and broker, if they were started, and removes its folder. Jest calls this once for each project. */
export default function teardown() {
  const folder = process.env.AFTERCLICK_TEST_FOLDER;
  if (!folder) return;
  stopTestServer(folder);
  stopTestBroker(folder);
  rmSync(folder, { recursive: true, force: true });
}
