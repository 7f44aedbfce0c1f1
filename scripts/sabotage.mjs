/**
 * `npm run test:sabotage [-- NAME…]`: breaks the invariants in turn on a copy of the sources and shows that the named
 * test fails. Exit code 1 when a fault survives, no longer applies, or its test fails without it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { copySources, replaceIn } from './copy.mjs';
import { main, pinnedNode, say } from './house.mjs';
import { install } from './install.mjs';
import { sabotages } from './sabotages.mjs';

const LIMIT_MS = 180_000;
const node = (copy, args) =>
  spawnSync(pinnedNode(), args, { cwd: copy, encoding: 'utf8', timeout: LIMIT_MS, env: { ...process.env, TZ: 'UTC' } });

/** `passed`, `failed`, or why there is no verdict. A run that hangs or crashes under a fault counts as failed. */
function verdict(copy, { spec, test, build: needsBuild }) {
  if (needsBuild) node(copy, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const name = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  node(copy, [...jest, spec, '-t', name, '--json', `--outputFile=${report}`, '--forceExit']);
  let suites;
  try {
    suites = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return 'failed';
  }
  const ran = suites.flatMap((suite) => suite.assertionResults).filter(({ status }) => status !== 'pending');
  if (suites.some((suite) => suite.status === 'failed')) return 'failed';
  return ran.length === 0 ? 'no such test' : 'passed';
}

const known = new Map();

/** Without any fault; asked once for each test. */
function verdictBefore(copy, sabotage) {
  const name = `${sabotage.spec} ${sabotage.test}`;
  if (!known.has(name)) known.set(name, verdict(copy, sabotage));
  return known.get(name);
}

/** The outcome of one fault in a word or a sentence; `killed` is the good one. */
function attempt(copy, sabotage) {
  const before = verdictBefore(copy, sabotage);
  if (before !== 'passed') return `its test does not pass without it (${before})`;
  let takeBack;
  try {
    takeBack = replaceIn(copy, sabotage);
  } catch (error) {
    return error.message;
  }
  const after = verdict(copy, sabotage);
  takeBack();
  return after === 'failed' ? 'killed' : 'SURVIVED';
}

await main(async (names) => {
  const chosen = sabotages.filter(({ name }) => names.length === 0 || names.includes(name));
  if (chosen.length === 0) throw new Error('no sabotage of that name: see scripts/sabotages.mjs.');
  await install();
  if (chosen.some((sabotage) => sabotage.build)) build();
  const copy = copySources();
  const rows = [];
  try {
    for (const sabotage of chosen) {
      say(`${sabotage.name}: ${sabotage.test}`);
      rows.push({ ...sabotage, outcome: attempt(copy, sabotage) });
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { invariant, name, outcome, test } of rows) {
    console.log(`${String(invariant).padStart(2)}  ${name.padEnd(width)}  ${outcome.padEnd(8)}  ${test}`);
  }
  const killed = rows.filter(({ outcome }) => outcome === 'killed').length;
  console.log(`${killed} passed, ${rows.length - killed} failed`);
  return killed === rows.length ? 0 : 1;
});
