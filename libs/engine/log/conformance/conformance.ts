/**
 * What a log must do, whichever it is. Each adapter gives a harness and runs it: `logConformance('name', makeHarness)`.
 * The suite counts what was committed, never what a handler saw.
 */
import { appending } from './appending.js';
import { type Bench, newBench } from './bench.js';
import { delivering } from './delivering.js';
import { failing } from './failing.js';
import type { LogHarness } from './harness.js';
import { owning } from './owning.js';

/** Runs the suite; the harness is made once and shared, topics and groups are each test's own. */
export function logConformance(name: string, makeHarness: () => Promise<LogHarness>): void {
  describe(`${name} log`, () => {
    let harness: LogHarness;
    let current: Bench;
    const bench = () => current;

    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);
    afterAll(() => harness.close());
    beforeEach(() => {
      current = newBench(harness);
    });
    afterEach(() => current.close());

    appending(bench);
    delivering(bench);
    owning(bench);
    failing(bench);
  });
}
