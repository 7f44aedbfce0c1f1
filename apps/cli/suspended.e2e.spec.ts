import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { suspendedRule } from '#testing/api/suspended-rule.js';
import { afterclick, withEnvironment } from '#testing/command-line.js';

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
  await suspendedRule(engine, 'flaky');
}, 60_000);
afterAll(() => engine?.stop());

it('afterclick rules list says of a rule that kept failing that it is suspended, since when, why, and what to do', async () => {
  await withEnvironment({ AFTERCLICK_URL: engine.url, AFTERCLICK_API_KEY: engine.key }, async () => {
    const { code, out } = await afterclick('rules', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/^flaky +suspended +clicked/m);
    expect(out).toMatch(
      /\nflaky is suspended since \d{4}-\S+Z: version 1 failed 100 times that day\.\n {2}The last failure: No such key: plan\n {2}Mend the rule/,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const { items } = JSON.parse((await afterclick('rules', 'list', '--json')).out) as { items: object[] };
    expect(items).toContainEqual(
      expect.objectContaining({
        ...{ name: 'flaky', state: 'suspended', version: null },
        suspended: expect.objectContaining({ version: 1, failures: 100, reason: 'No such key: plan' }),
      }),
    );
  });
});
