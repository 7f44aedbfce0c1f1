import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

interface Contact {
  readonly id: string;
  readonly email: string | null;
  readonly attributes: Record<string, unknown>;
  readonly stage: string | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly timeZone: string | null;
  readonly consent: Record<string, { given: boolean }>;
  readonly version: number;
}
interface Problem {
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}
interface Results {
  readonly results: readonly {
    readonly contactId: string | null;
    readonly state: string;
    readonly reason: string | null;
    readonly errors: readonly { readonly field: string; readonly problem: string }[];
    readonly status: string | null;
  }[];
}

describe('writes of contacts', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
  }, 60_000);
  afterAll(() => engine.stop());

  const ask = <Body = Contact>(method: string, path: string, body?: unknown, headers = {}) =>
    engine.ask<Body>(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const put = <Body = Contact>(body: unknown, headers = {}) => ask<Body>('PUT', '/v1/contacts', body, headers);

  describe('of what is declared', () => {
    it('know types, former names and what is deprecated, field by field', async () => {
      const wanted = {
        revenue: { type: 'decimal' },
        renewal: { type: 'date' },
        fax: { type: 'string', deprecated: 'write phone' },
      };
      expect((await ask('PUT', '/v1/attributes', { attributes: wanted })).status).toBe(200);
      const good = await put({ email: 'typed@example.com', set: { revenue: '12.50', renewal: '2027-01-31' } });
      expect(good).toMatchObject({ status: 200, body: { attributes: { revenue: '12.50', renewal: '2027-01-31' } } });
      const bad = await put<Problem>({
        email: 'typed@example.com',
        set: { revenue: 12.5, renewal: 'soon', fax: '1', revenu: '1' },
      });
      expect(bad.status).toBe(400);
      expect(bad.body.errors).toEqual([
        {
          field: 'body.set.revenue',
          problem: 'expected a decimal number, and 12.5 is none; write it as text: "12.5"',
        },
        { field: 'body.set.renewal', problem: 'expected a date, and "soon" is none; write it as "2026-11-24"' },
        { field: 'body.set.fax', problem: 'fax is deprecated; write phone' },
        { field: 'body.set.revenu', problem: 'no attribute revenu is declared; did you mean revenue?, or declare it' },
      ]);
      const renamed = await ask('PUT', '/v1/attributes/turnover', { type: 'decimal', aliases: ['revenue'] });
      expect(renamed.status).toBe(200);
      const old = await put({ email: 'typed@example.com', set: { revenue: '13' } });
      expect(old.body.attributes).toEqual({ turnover: '13', renewal: '2027-01-31' });
    });

    it('refuse a type that stored values are not of, a rename under a rule, and another version', async () => {
      const narrowed = await ask<Problem>('PUT', '/v1/attributes/first_name', { type: 'int' });
      expect(narrowed).toMatchObject({ status: 422, body: { errors: [{ field: 'body.first_name' }] } });
      const under = await ask<Problem>('PUT', '/v1/attributes/given_name', { type: 'string', aliases: ['first_name'] });
      expect(under.body.errors?.[0]?.problem).toContain('in force reads first_name');
      const stale = await ask('PUT', '/v1/attributes/seats', { type: 'decimal' }, { 'if-match': '"7"' });
      expect(stale.status).toBe(412);
      expect((await ask('GET', '/v1/attributes/nothing')).status).toBe(404);
    });

    it('know owners once any are declared, and rules their teams', async () => {
      const teams = {
        owners: [
          {
            email: 'Sam@Example.com',
            name: 'Sam',
            zone: 'Europe/Berlin',
            hours: { weekdays: ['mon'], from: '09:00', to: '17:00' },
          },
        ],
        teams: [{ name: 'sales', members: ['sam@example.com'] }],
      };
      expect((await ask('PUT', '/v1/teams', teams)).body).toMatchObject({
        owners: [{ email: 'sam@example.com', hours: { from: '09:00' } }],
        teams: [{ name: 'sales', members: ['sam@example.com'] }],
      });
      expect((await put({ email: 'owned@example.com', owner: 'SAM@example.com' })).body.owner).toBe('sam@example.com');
      const unknown = await put<Problem>({ email: 'owned@example.com', owner: 'san@example.com' });
      expect(unknown.body.errors?.[0]?.problem).toContain('did you mean sam@example.com?');
      const rule = 'rule: told\non: complaint\nthen:\n  - notify: { to: "team:sale", title: Complaint }\n';
      const checked = await ask<{ problems: { cure: string }[] }>('POST', '/v1/rules/check', {
        files: { 'rules/told.yaml': rule },
      });
      expect(checked.body.problems[0]?.cure).toContain('did you mean sales?');
      const wrong = await ask<Problem>('PUT', '/v1/teams', { owners: [], teams: [{ name: 'x', members: ['a@b.co'] }] });
      expect(wrong.body.errors?.[0]?.field).toBe('body.teams[0].members[0]');
      await ask('PUT', '/v1/teams', { owners: [], teams: [] });
    });

    it('show a renamed attribute under its new name at once: in reads, filters and files', async () => {
      await ask('PUT', '/v1/attributes', { attributes: { region: { type: 'string' }, area: { type: 'string' } } });
      const { id } = (await put({ email: 'renamed@example.com', set: { area: 'north' } })).body;
      const both = (await put({ email: 'both@example.com', set: { area: 'east', region: 'west' } })).body.id;
      const renaming = await ask('PUT', '/v1/attributes/region', { type: 'string', aliases: ['area'] });
      expect(renaming.status).toBe(200);
      expect((await ask('GET', `/v1/contacts/${id}`)).body.attributes).toEqual({ region: 'north' });
      expect((await ask('GET', `/v1/contacts/${both}`)).body.attributes).toEqual({ region: 'west' });
      const found = async (wish: string) =>
        (await ask<{ items: Contact[] }>('GET', `/v1/contacts?attribute=${encodeURIComponent(wish)}`)).body.items
          .map(({ email, attributes }) => `${email} ${String(attributes['region'])}`)
          .sort();
      const [north, west] = ['renamed@example.com north', 'both@example.com west'];
      expect(await found('region=north')).toEqual([north]);
      expect(await found('area=north')).toEqual([north]);
      expect(await found('region=east')).toEqual([]);
      expect(await found('region')).toEqual([west, north]);
      expect(await found('region!=north')).not.toContain(north);
      expect(await found('region!=north')).toContain(west);
      expect(await found('!region')).not.toContain(north);
      const csv = await ask<string>('GET', '/v1/contacts/export?email=renamed@example.com');
      expect(csv.body.split('\n')[0]).toMatch(/,region$/);
      const asked = await ask<string>('GET', '/v1/contacts/export?email=renamed@example.com&columns=email,area,region');
      expect(asked.body).toBe('email,area,region\nrenamed@example.com,north,north\n');
      await put({ email: 'renamed@example.com', set: { region: 'south' } });
      expect((await ask('GET', `/v1/contacts/${id}`)).body.attributes).toEqual({ region: 'south' });
    });

    it('of owners and teams keep two people from overwriting each other, and a rule in force its team', async () => {
      const owners = [{ email: 'sam@example.com' }];
      const teams = [{ name: 'support', members: ['sam@example.com'] }];
      const read = await engine.ask('/v1/teams');
      const first = await engine.ask('/v1/teams', {
        method: 'PUT',
        body: { owners, teams },
        headers: { 'if-match': read.headers.get('etag') ?? '' },
      });
      expect(first.status).toBe(200);
      const second = await engine.ask('/v1/teams', {
        method: 'PUT',
        body: { owners: [], teams: [] },
        headers: { 'if-match': read.headers.get('etag') ?? '' },
      });
      expect(second.status).toBe(412);
      expect((await engine.ask('/v1/teams')).headers.get('etag')).toBe(first.headers.get('etag'));

      const yaml = 'rule: told\non: complaint\nthen:\n  - notify: { to: "team:support", title: Complaint }\n';
      const files = { 'rules/told.yaml': yaml };
      expect((await ask('POST', '/v1/rules/publish', { files })).status).toBe(200);
      const without = await ask<Problem>('PUT', '/v1/teams', { owners, teams: [] });
      expect(without.status).toBe(422);
      expect(without.body.errors?.[0]?.problem).toMatch(/^rule told in force names team support; keep the team/);
      const other = 'rule: other\non: opened\nthen:\n  - add_score: 1\n';
      const file = { 'rules/other.yaml': other, 'teams.yaml': 'owners: { sam@example.com: }\nteams: {}\n' };
      const published = await ask<Problem>('POST', '/v1/rules/publish', { files: file });
      expect(published.status).toBe(422);
      expect(JSON.stringify(published.body)).toContain('rule told in force names team support');
      expect((await ask('POST', '/v1/rules/told/rollback', { version: null })).status).toBe(200);
      expect((await ask('PUT', '/v1/teams', { owners: [], teams: [] })).status).toBe(200);
    });
  });

  it('are of time zone, consent and the id in the CRM', async () => {
    const made = await put({ externalId: 'crm-7', timeZone: 'Europe/Berlin', consent: { news: true } });
    expect(made).toMatchObject({
      status: 200,
      body: { timeZone: 'Europe/Berlin', consent: { news: { given: true } } },
    });
    expect((await put<Problem>({ externalId: 'crm-7', timeZone: 'Berlin' })).body.errors?.[0]?.field).toBe(
      'body.timeZone',
    );
    expect((await put<Problem>({ stage: 'mql' })).status).toBe(400);
  });

  it('of many keep what is wrong with one from the others, up to 1,000', async () => {
    const contacts = [
      { email: 'a@many.example', stage: 'mql' },
      { email: 'b@many.example', timeZone: 'Nowhere' },
      { externalId: 'c-3', stage: 'mql' },
      { email: 'a@many.example', stage: 'sql', expectedVersion: 99 },
    ];
    const { body } = await put<Results>({ contacts });
    expect(body.results.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'applied null',
      'refused invalid',
      'applied null',
      'refused version_mismatch',
    ]);
    expect(body.results[1]?.errors[0]?.field).toBe('timeZone');
    const status = await engine.ask<{ state: string }>(body.results[0]?.status ?? '');
    expect(status.body.state).toBe('applied');
    expect((await put({ contacts }, { 'if-match': '"1"' })).status).toBe(400);
    expect((await put({ contacts: Array(1_001).fill({ email: 'a@b.co' }) })).status).toBe(400);
  });

  describe('of one that is there', () => {
    it('change it, at the version that was read', async () => {
      const { body: made } = await put({ email: 'patched@example.com', stage: 'lead' });
      const read = await engine.ask(`/v1/contacts/${made.id}`);
      const etag = read.headers.get('etag') ?? '';
      expect(etag).toBe(`"${made.version}"`);
      const path = `/v1/contacts/${made.id}`;
      const first = await ask('PATCH', path, { stage: 'mql' }, { 'if-match': etag });
      expect(first).toMatchObject({ status: 200, body: { stage: 'mql' } });
      expect((await ask('PATCH', path, { stage: 'sql' }, { 'if-match': etag })).status).toBe(412);
      const nobody = '/v1/contacts/00000000-0000-8000-8000-000000000001';
      expect((await ask('PATCH', nobody, { stage: 'sql' })).status).toBe(404);
      expect((await ask('DELETE', nobody)).status).toBe(404);
    });

    it('forget it: gone from lists, still suppressed, and there again only once it is written anew', async () => {
      const { body: made } = await put({ email: 'leaver@example.com', stage: 'lead', addTags: ['vip'] });
      const path = `/v1/contacts/${made.id}`;
      await ask('POST', '/v1/suppressions', { email: 'leaver@example.com', scope: 'all' });
      expect((await ask('DELETE', path, { reason: 'asked to' }, { 'if-match': '"999"' })).status).toBe(412);
      expect(await ask('DELETE', path, { reason: 'asked to' })).toMatchObject({
        status: 200,
        body: { state: 'applied' },
      });
      expect((await engine.ask(path)).status).toBe(404);
      expect((await ask('DELETE', path)).status).toBe(404);
      const list = await engine.ask<{ items: unknown[] }>('/v1/contacts?email=leaver@example.com');
      expect(list.body.items).toEqual([]);
      const again = await put({ email: 'leaver@example.com', stage: 'sql' });
      expect(again.body).toMatchObject({ id: made.id, stage: 'sql', tags: [], suppressed: true });
    });
  });

  describe('under an Idempotency-Key', () => {
    it('are given the same answer, and another request under it is refused', async () => {
      const key = { 'idempotency-key': 'order-66' };
      const first = await put({ email: 'idem@twice.example', stage: 'one' }, key);
      await put({ email: 'idem@twice.example', stage: 'two' });
      const again = await put({ email: 'idem@twice.example', stage: 'one' }, key);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      const other = await put<Problem>({ email: 'idem@twice.example', stage: 'three' }, key);
      expect(other.status).toBe(422);
      expect((await engine.ask<Contact>(`/v1/contacts/${first.body.id}`)).body.stage).toBe('two');
    });

    it('are refused the same way, and one that was not carried out leaves the key free', async () => {
      const { body: made } = await put({ email: 'idem@refused.example', stage: 'one' });
      const stale = { email: 'idem@refused.example', stage: 'two', expectedVersion: made.version + 9 };
      const key = { 'idempotency-key': 'stale' };
      expect((await put(stale, key)).status).toBe(412);
      const again = await put(stale, key);
      expect(again.status).toBe(412);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const open = { 'idempotency-key': 'typo' };
      expect((await put({ email: 'nobody' }, open)).status).toBe(400);
      expect((await put({ email: 'idem@typo.example' }, open)).status).toBe(200);
    });

    it('hold for every write: keys are made once', async () => {
      const key = { 'idempotency-key': 'make a key' };
      const wish = { name: 'once', scopes: ['read:contacts'] };
      const first = await ask<{ key: string }>('POST', '/v1/keys', wish, key);
      const again = await ask<{ key: string }>('POST', '/v1/keys', wish, key);
      expect(again).toMatchObject({ status: 201, body: first.body });
    });
  });
});
