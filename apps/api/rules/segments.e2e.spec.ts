/** Segments through the API: published beside rules and kept while something asks for them. */
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

const FILES = {
  'segments/openers.yaml': `segment: openers\ndescription: Has opened twice in a month.\nif: 'count("opened", "30d") >= 2'\n`,
  'rules/greet-opener.yaml': 'rule: greet-opener\non: { segment_entered: openers }\nthen:\n  - add_tag: opener\n',
};

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine?.stop());

const send = <Body = Record<string, unknown>>(path: string, body: unknown) =>
  engine.ask<Body>(`/v1/rules/${path}`, { method: 'POST', body });

describe('a segment', () => {
  it('is not retired while a rule in force asks for it, and is once none does', async () => {
    expect((await send('publish', { files: FILES })).body).toMatchObject({ outcome: 'published' });
    expect((await engine.ask('/v1/segments')).body).toMatchObject({
      items: [{ name: 'openers', state: 'published', version: 1, if: 'count("opened", "30d") >= 2' }],
    });
    const number = (await engine.ask<{ number: number }>('/v1/rules')).body.number;
    expect(await send('segment:openers/rollback', { version: null })).toMatchObject({
      status: 409,
      body: {
        title: 'Still needed',
        errors: [
          {
            field: 'body.version',
            problem: 'rule greet-opener asks for segment openers, which would not be in force',
          },
        ],
      },
    });
    expect((await engine.ask<{ number: number }>('/v1/rules')).body.number).toBe(number);
    expect((await send('greet-opener/rollback', { version: null })).status).toBe(200);
    expect((await send('segment:openers/rollback', { version: null })).body).toMatchObject({
      changes: [{ rule: 'segment:openers', version: null, before: 1 }],
    });
    expect((await engine.ask('/v1/segments/openers')).body).toMatchObject({
      ...{ name: 'openers', state: 'retired', version: null, yaml: FILES['segments/openers.yaml'] },
      ...{ description: 'Has opened twice in a month.', versions: [{ version: 1 }], of: 2 },
    });
    expect(await engine.ask('/v1/segments/openrs')).toMatchObject({
      status: 404,
      body: { detail: 'There is no segment openrs: did you mean openers?' },
    });
    // Nor is a rule put back that would ask for it.
    expect((await send('greet-opener/rollback', { version: 1 })).status).toBe(409);
  });
});
