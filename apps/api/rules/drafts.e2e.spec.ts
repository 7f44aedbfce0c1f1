import { type Ask, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

interface Draft {
  readonly revision: number;
  readonly author: string;
  readonly basedOn: number | null;
  readonly problems: { readonly line: number; readonly problem: string; readonly cure: string }[];
}
interface Trouble {
  readonly detail: string;
  readonly errors: { readonly field: string; readonly problem: string }[];
}

const yaml = (score: number, more = '') => `rule: warm\non: opened\n${more}then:\n  - add_score: ${score}\n`;

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
});
afterAll(() => engine?.stop());

const ask = <Body = Draft>(path: string, method = 'GET', body?: unknown, match?: string) =>
  engine.ask<Body>(`/v1/rules/${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(match === undefined ? {} : { headers: { 'if-match': match } }),
  } satisfies Ask);

describe('a draft', () => {
  it('is nobody’s business until it is published: then it is the next version, with author and note', async () => {
    const made = await ask('warm/draft', 'PUT', { yaml: yaml(1), author: 'kim' });
    expect(made).toMatchObject({ status: 200, body: { revision: 1, author: 'kim', basedOn: null, problems: [] } });
    expect(made.headers.get('etag')).toBe('"1"');
    expect((await ask('warm/versions')).status).toBe(404);
    const done = await ask<object>('warm/publish', 'POST', { note: 'first', author: 'kim' }, '"1"');
    expect(done.body).toMatchObject({ outcome: 'published', changes: [{ rule: 'warm', version: 1, before: null }] });
    expect((await ask('warm/draft')).status).toBe(404);
    expect((await ask<object>('warm/versions')).body).toMatchObject({
      live: 1,
      items: [{ version: 1, author: 'kim', note: 'first' }],
    });
    expect((await ask<object>('warm/versions/1')).body).toMatchObject({ yaml: yaml(1), templates: {}, attributes: {} });
    expect((await ask('warm/versions/9')).status).toBe(404);
  });

  it('is not written over by somebody who read another one: 412 says who changed it, and when', async () => {
    const mine = await ask('warm/draft', 'PUT', { yaml: yaml(2), author: 'kim' });
    const etag = mine.headers.get('etag') ?? '';
    const theirs = await ask('warm/draft', 'PUT', { yaml: yaml(3), author: 'lou' }, etag);
    expect(theirs.body).toMatchObject({ author: 'lou', basedOn: 1 });
    const late = await ask<Trouble>('warm/draft', 'PUT', { yaml: yaml(4), author: 'kim' }, etag);
    expect(late.status).toBe(412);
    expect(late.body.detail).toMatch(
      /^The draft of warm was changed by lou at \d{4}-.+Z \(revision \d+\) since you read it\./,
    );
    expect(late.headers.get('etag')).toBe(theirs.headers.get('etag'));
    expect((await ask('warm/draft', 'PUT', { yaml: yaml(4) })).status).toBe(412);
    expect((await ask('warm/publish', 'POST', {}, etag)).status).toBe(412);
    expect((await ask('warm/draft', 'DELETE', undefined, etag)).status).toBe(412);
    expect((await ask('warm/draft', 'PUT', { yaml: yaml(5) }, 'soon')).status).toBe(400);
    expect((await ask<{ yaml: string }>('warm/draft')).body.yaml).toBe(yaml(3));
  });

  it('of two who write at once one is told, and nothing is lost', async () => {
    const { revision } = (await ask('warm/draft')).body;
    const both = await Promise.all(
      [6, 7].map((score) => ask('warm/draft', 'PUT', { yaml: yaml(score) }, `"${revision}"`)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('that was deleted does not come back under a revision that somebody has read', async () => {
    const before = (await ask('warm/draft')).body.revision;
    expect((await ask('warm/draft', 'DELETE')).status).toBe(200);
    expect((await ask('warm/draft', 'DELETE')).status).toBe(404);
    const late = await ask<Trouble>('warm/draft', 'PUT', { yaml: yaml(8) }, `"${before}"`);
    expect(late).toMatchObject({ status: 412, body: { detail: expect.stringContaining('published or deleted') } });
    const again = await ask('warm/draft', 'PUT', { yaml: yaml(8) });
    expect(again.body.revision).toBeGreaterThan(before);
  });

  it('may be wrong while it is written, and is not published so', async () => {
    const wrong = await ask('warm/draft', 'PUT', { yaml: yaml(1, 'if: contact.scor > 1\n') }, '*');
    expect(wrong.body.problems).toMatchObject([{ line: 3, cure: expect.stringContaining('score') }]);
    const refused = await ask<Trouble>('warm/publish', 'POST', {});
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]?.field).toMatch(/^rules\/warm\.yaml:3:/);
    const other = await ask('warm/draft', 'PUT', { yaml: 'rule: cold\non: opened\nthen:\n  - add_score: 1\n' }, '*');
    expect(other.body.problems).toMatchObject([{ problem: 'the draft of warm is of a rule called cold' }]);
  });

  it('is told apart from what is live in plain words and line by line', async () => {
    await ask('warm/draft', 'PUT', { yaml: yaml(9) }, '*');
    const { body } = await ask<{ words: string[]; lines: { sign: string; text: string }[] }>('warm/diff');
    expect(body.words).toEqual(['action add_score: 1 → 9']);
    expect(body.lines.filter(({ sign }) => sign !== ' ')).toEqual([
      { sign: '-', text: '  - add_score: 1' },
      { sign: '+', text: '  - add_score: 9' },
    ]);
    await ask('warm/publish', 'POST', {});
    expect((await ask<object>('warm/diff?from=1&to=2')).body).toMatchObject({ words: ['action add_score: 1 → 9'] });
    expect((await ask('warm/diff?from=1&to=7')).status).toBe(404);
    expect((await ask('warm/diff?from=yesterday')).status).toBe(400);
  });

  it('needs not repeat the templates of what is live, and brings its own', async () => {
    const tell = 'rule: told\non: opened\nthen:\n  - notify: { to: owner, template: hello }\n';
    const bare = await ask('told/draft', 'PUT', { yaml: tell });
    expect(bare.body.problems).toMatchObject([{ problem: 'there is no template hello' }]);
    const whole = await ask('told/draft', 'PUT', { yaml: tell, templates: { hello: 'Hello\n\nThere.' } }, '*');
    expect(whole.body.problems).toEqual([]);
    await ask('told/publish', 'POST', {});
    const next = await ask('told/draft', 'PUT', { yaml: tell.replace('opened', 'clicked') });
    expect(next.body.problems).toEqual([]);
  });
});

describe('files', () => {
  it('are told apart from what is live; nothing differs once they are published', async () => {
    const { body: live } = await engine.ask<{ items: { name: string; yaml: string; state: string }[] }>('/v1/rules');
    const names = live.items.filter(({ state }) => state === 'published').map(({ name }) => name);
    const files = { 'rules/warm.yaml': yaml(10), 'rules/new.yaml': yaml(1).replace('warm', 'new') };
    const { body } = await ask<{ same: boolean; changes: { rule: string; change: string; words: string[] }[] }>(
      ...['diff', 'POST'],
      { files },
    );
    expect(body.same).toBe(false);
    expect(body.changes.filter(({ change }) => change !== 'unlisted')).toMatchObject([
      { rule: 'new', change: 'added' },
      { rule: 'warm', change: 'changed', words: ['action add_score: 9 → 10'] },
    ]);
    expect(body.changes.filter(({ change }) => change === 'unlisted').map(({ rule }) => rule)).toEqual(
      names.filter((name) => name !== 'warm'),
    );
    await ask('publish', 'POST', { files, retireMissing: true });
    expect((await ask<object>('diff', 'POST', { files })).body).toEqual({ same: true, problems: [], changes: [] });
  });
});
