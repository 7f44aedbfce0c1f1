import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopTestBroker } from './test-broker.mjs';
import { PREFIX, stopTestServer } from './test-server.mjs';

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Ends what killed runs left behind. */
function sweep() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, 'jest.pid');
    if (!existsSync(owner) || alive(Number(readFileSync(owner, 'utf8')))) continue;
    stopTestServer(folder);
    stopTestBroker(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the run a folder, where the first suite that asks for a database starts the server that all share. */
export default function setup() {
  if (process.env.AFTERCLICK_TEST_FOLDER) return;
  sweep();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(folder, 'jest.pid'), String(process.pid));
  process.env.AFTERCLICK_TEST_FOLDER = folder;
}
