import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { flakyYaml, suspendedRule } from '#testing/api/suspended-rule.js';

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly suspended: object | null;
}

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
  await suspendedRule(engine, 'flaky');
}, 60_000);
afterAll(() => engine?.stop());

const one = async (rule: string) => (await engine.ask<Shown>(`/v1/rules/${rule}`)).body;
const post = (path: string, body: object) => engine.ask(`/v1/rules/${path}`, { method: 'POST', body });

it('a rule that kept failing is shown as suspended, with since, failures, the reason and the cure', async () => {
  const shown = await one('flaky');
  expect(shown).toMatchObject({ name: 'flaky', state: 'suspended', version: null });
  expect(shown.suspended).toEqual({
    version: 1,
    since: expect.stringMatching(/^\d{4}-.+Z$/),
    failures: 100,
    reason: 'No such key: plan',
    cure: expect.stringContaining('publish it'),
  });
  const { items } = (await engine.ask<{ items: Shown[] }>('/v1/rules')).body;
  expect(items.find(({ name }) => name === 'flaky')).toEqual(shown);
  expect(await one('hot-lead')).toMatchObject({ state: 'published', suspended: null });
});

it('there is no other rule, and none without the scope', async () => {
  expect((await engine.ask('/v1/rules/ghost')).status).toBe(404);
  const key = await engine.keyWith(['read:contacts']);
  expect((await engine.ask('/v1/rules/flaky', { key })).status).toBe(403);
});

it('publishing it again ends the suspension; retired by people afterwards it is retired', async () => {
  expect((await post('publish', { files: { 'rules/flaky.yaml': flakyYaml('flaky') } })).status).toBe(200);
  expect(await one('flaky')).toMatchObject({ state: 'published', version: 1, suspended: null });
  expect((await post('flaky/rollback', { version: null })).status).toBe(200);
  expect(await one('flaky')).toMatchObject({ state: 'retired', version: null, suspended: null });
});

it('nobody else publishes in the words of a suspension', async () => {
  const author = 'afterclick: suspended after 1 failures in a day';
  const refused = await post('publish', { files: { 'rules/flaky.yaml': flakyYaml('flaky') }, author });
  expect(refused.status).toBe(400);
  expect(JSON.stringify(refused.body)).toContain('author');
  expect(await one('flaky')).toMatchObject({ state: 'retired' });
});
