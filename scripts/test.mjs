/**
 * `npm test`: install, build, then every lane in turn, going on after a failure; the last line sums them up.
 * `npm test -- --lane unit [--lane e2e] [PATTERN…]` runs the named lanes only, on the specs that match.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { main, pinnedNode, root, say } from './house.mjs';
import { install } from './install.mjs';
import { lanes } from './lanes.mjs';

/** Exit code of a lane, or the word `timeout`. A lane has a process group, so that what it started ends with it. */
function runLane(lane, args) {
  const child = spawn(pinnedNode(), args, {
    cwd: root,
    env: { ...process.env, TZ: 'UTC' },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const end = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const interrupt = () => {
    end('SIGTERM');
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    end('SIGKILL');
  }, lane.limit);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(late ? 'timeout' : code));
  }).finally(() => {
    clearTimeout(limit);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  });
}

/** Jest's own counts; a suite that could not run at all is one failure. */
function countJest(report, exit) {
  let found = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  try {
    found = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    say(`no test report: ${error.message}`);
  }
  const failed = found.numFailedTests + found.numRuntimeErrorTestSuites;
  return {
    passed: found.numPassedTests,
    failed: exit === 0 ? failed : Math.max(failed, 1),
    skipped: found.numPendingTests + found.numTodoTests,
  };
}

async function count(lane, folder, patterns) {
  const report = join(folder, `${lane.name}.json`);
  const extra = lane.json ? ['--json', `--outputFile=${report}`, ...patterns] : [];
  const since = Date.now();
  say(`lane ${lane.name}`);
  const exit = await runLane(lane, [...lane.args, ...extra]);
  const counted = lane.json
    ? countJest(report, exit)
    : { passed: exit === 0 ? 1 : 0, failed: exit === 0 ? 0 : 1, skipped: 0 };
  const how = exit === 'timeout' ? `ended after its limit of ${lane.limit / 60_000} min` : `${counted.failed} failed`;
  say(`lane ${lane.name}: ${counted.passed} passed, ${how}, ${((Date.now() - since) / 1000).toFixed(1)} s`);
  return counted;
}

/** Type errors are the lane `types`' to report; the other lanes still run. */
function tryBuild() {
  try {
    build();
  } catch (error) {
    say(error.message);
  }
}

await main(async (argv) => {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { lane: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
  const names = lanes.map((lane) => lane.name);
  const unknown = values.lane?.find((name) => !names.includes(name));
  if (unknown) throw new Error(`no lane "${unknown}": there are ${names.join(', ')}.`);

  await install();
  tryBuild();
  const folder = mkdtempSync(join(tmpdir(), 'afterclick-test-'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const lane of lanes.filter(({ name }) => values.lane?.includes(name) ?? true)) {
    if (lane.name === 'e2e') ensureChromium();
    const counted = await count(lane, folder, positionals);
    for (const key of Object.keys(total)) total[key] += counted[key];
  }
  rmSync(folder, { recursive: true, force: true });
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});
