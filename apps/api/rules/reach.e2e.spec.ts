import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

interface Trouble {
  readonly title: string;
  readonly detail: string;
  readonly errors: { readonly field: string; readonly problem: string }[];
}
interface Trial {
  readonly events: number;
  readonly fired: number;
  readonly items: {
    readonly outcome: string;
    readonly acts: string[];
    readonly if: { readonly values: object } | null;
  }[];
}

const TELL = 'then:\n  - notify: { to: owner, title: Read it }\n';
const yaml = (name: string, more = '', then = TELL) => `rule: ${name}\non: opened\n${more}${then}`;
const people = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn'].map((name) => `${name}@example.com`);

let engine: RunningEngine;
/** Contacts: those of the demo too. */
let all: number;
beforeAll(async () => {
  engine = await runningEngine(undefined, { confirmAbove: 3 });
  await engine.sendgrid([
    ...people.map((email) => event(email, 'open')),
    event('ann@example.com', 'click', { url: 'https://a.example' }),
  ]);
  for (const email of people)
    await engine.askUntil<{ items: { engagements: number }[] }>(
      `/v1/contacts?email=${email}`,
      ({ items }) => items[0]?.engagements === (email.startsWith('ann') ? 2 : 1),
    );
  const { rows } = await engine.runtime.pool.query<{ count: number }>(
    'select count(*)::int as count from read.contact',
  );
  all = rows[0]?.count ?? 0;
}, 60_000);
afterAll(() => engine?.stop());

const post = <Body = Record<string, unknown>>(path: string, body: object) =>
  engine.ask<Body>(`/v1/rules/${path}`, { method: 'POST', body });
const put = (rule: string, text: string) =>
  engine.ask<Record<string, unknown>>(`/v1/rules/${rule}/draft`, {
    method: 'PUT',
    body: { yaml: text },
    headers: { 'if-match': '*' },
  });
const live = async () =>
  (await engine.ask<{ items: { name: string }[] }>('/v1/rules')).body.items.map(({ name }) => name);

describe('a rule that would act on a large share of all contacts within a day', () => {
  it('is said with its number before it is published, and is not published unless that is confirmed', async () => {
    const files = { 'rules/everybody.yaml': yaml('everybody') };
    const checked = await post<{ ok: boolean; reach: object[] }>('check', { files, reach: true });
    expect(checked.body).toMatchObject({
      ok: true,
      reach: [{ rule: 'everybody', contacts: 6, of: all, sampled: all, confirm: true }],
    });
    expect((await post<{ reach: object[] }>('check', { files })).body.reach).toEqual([]);
    const refused = await post<Trouble>('publish', { files });
    expect(refused).toMatchObject({ status: 409, body: { title: 'Confirm first' } });
    expect(refused.body.errors).toEqual([
      {
        field: 'rules/everybody.yaml',
        problem: expect.stringMatching(/^would act on 6 of \d+ contacts within a day \(\d{4}-\d{2}-\d{2}\)$/),
      },
    ]);
    expect(await live()).not.toContain('everybody');
    expect(await post('publish', { files, confirm: true })).toMatchObject({
      status: 200,
      body: { outcome: 'published' },
    });
    // It is live as it is here: there is nothing to confirm any more.
    expect(await post('publish', { files })).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
  });

  it('is asked of a draft too', async () => {
    await put('all', yaml('all'));
    const reach = await engine.ask('/v1/rules/all/draft/reach');
    expect(reach).toMatchObject({ status: 200, body: { rule: 'all', contacts: 6, of: all, confirm: true } });
    expect(await post('all/publish', {})).toMatchObject({ status: 409 });
    expect((await engine.ask('/v1/rules/all/draft')).status).toBe(200);
    expect(await post('all/publish', { confirm: true })).toMatchObject({ status: 200 });
    expect((await engine.ask('/v1/rules/all/draft/reach')).status).toBe(404);
  });

  it('is not what its conditions, its limits or a mark on the record keep small', async () => {
    const rules = {
      one: yaml('one', 'if: contact.email.startsWith("ann")\n'),
      clicked: yaml('clicked').replace('on: opened', 'on: clicked'),
      marks: yaml('marks', '', 'then:\n  - add_score: 1\n'),
    };
    const files = Object.fromEntries(Object.entries(rules).map(([name, text]) => [`rules/${name}.yaml`, text]));
    const { body } = await post<{ reach: { rule: string; contacts: number; confirm: boolean }[] }>('check', {
      files,
      reach: true,
    });
    expect(body.reach.map(({ rule, contacts, confirm }) => [rule, contacts, confirm])).toEqual([
      ['clicked', 1, false],
      ['marks', 6, false],
      ['one', 1, false],
    ]);
    expect(await post('publish', { files })).toMatchObject({ status: 200 });
    await put('broken', yaml('broken', 'if: contact.scor > 1\n'));
    expect((await engine.ask('/v1/rules/broken/draft/reach')).status).toBe(422);
  });
});

describe('a rule tried over HTTP', () => {
  const attempt = (rule: string, body: object) => post<Trial & Trouble>(`${rule}/try`, body);

  it('says of each event what it would have done, and stores nothing', async () => {
    const text = yaml('tried', 'if: contact.score >= 0 && !contact.suppressed\n');
    const { status, body } = await attempt('tried', { contact: 'ANN@example.com', yaml: text });
    expect({ status, fired: body.fired, items: body.items.length }).toEqual({ status: 200, fired: 1, items: 1 });
    expect(body.items[0]).toMatchObject({
      outcome: 'fires',
      acts: ['notify'],
      if: { holds: true, values: { 'contact.suppressed': false } },
    });
    expect((await engine.ask('/v1/rules/tried/draft')).status).toBe(404);
    expect((await attempt('tried', { contact: 'ann@example.com' })).status).toBe(404);
  });

  it('takes the draft, else what is live, where no text is given', async () => {
    expect((await attempt('one', { contact: 'ben@example.com' })).body).toMatchObject({ fired: 0 });
    await put('one', yaml('one', 'if: contact.email.startsWith("ben")\n'));
    expect((await attempt('one', { contact: 'ben@example.com' })).body).toMatchObject({ fired: 1 });
  });

  it('refuses a wrong rule, a contact that is not there and a body without one', async () => {
    const wrong = await attempt('tried', { contact: 'ann@example.com', yaml: 'rule: tried\non: opend\n' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toMatchObject({ detail: 'Nothing was tried: the rule has a problem.' });
    expect(wrong.body.errors[0]?.field).toBe('rules/tried.yaml:1:1');
    expect((await attempt('one', { contact: 'nobody@example.com' })).status).toBe(404);
    expect((await attempt('one', {})).status).toBe(400);
  });
});

describe('what editors complete from', () => {
  it('is served', async () => {
    const schema = async (query: string) =>
      (await engine.ask<{ title: string }>(`/v1/rules/schema${query}`)).body.title;
    expect(await schema('')).toBe('Afterclick rule');
    expect(await schema('?of=tests')).toBe('Tests of an Afterclick rule');
    expect((await engine.ask('/v1/rules/schema?of=cats')).status).toBe(400);
  });
});
