import { oneOfEverything } from '#testing/api/one-of-everything.js';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

interface Page<Item = Record<string, unknown>> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Contact {
  readonly id: string;
  readonly email: string;
  readonly tags: readonly string[];
  readonly attributes: Record<string, unknown>;
  readonly stage: string | null;
  readonly version: number;
  readonly updatedAt: string;
}
interface ProblemBody {
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}

describe('the API', () => {
  let engine: RunningEngine;
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    engine = await runningEngine();
    ids = await oneOfEverything(engine);
  }, 60_000);
  afterAll(() => engine.stop());

  const put = <Body = Contact>(body: unknown, headers = {}) =>
    engine.ask<Body>('/v1/contacts', { method: 'PUT', body, headers });
  const list = async (query: string) => (await engine.ask<Page<Contact>>(`/v1/contacts${query}`)).body.items;
  const walk = async (path: string): Promise<Record<string, unknown>[]> => {
    const all: Record<string, unknown>[] = [];
    for (let next: string | null = null; ; ) {
      const { body }: { body: Page } = await engine.ask<Page>(`${path}${next === null ? '' : `&cursor=${next}`}`);
      all.push(...body.items);
      if (body.next === null) return all;
      next = body.next;
    }
  };

  describe('/v1/contacts', () => {
    it('is walked by cursor, each contact once, the last changed first', async () => {
      const whole = (await engine.ask<Page<Contact>>('/v1/contacts?limit=200')).body.items;
      const walked = await walk('/v1/contacts?limit=3');
      expect(walked.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
      expect(new Set(walked.map(({ id }) => id)).size).toBe(whole.length);
      const times = whole.map(({ updatedAt }) => updatedAt);
      expect(times).toEqual(times.toSorted().reverse());
    });

    it('runs from the oldest change on with updated_since', async () => {
      const whole = await list('?limit=200');
      const since = whole[2]?.updatedAt ?? '';
      const changed = await list(`?updated_since=${since}`);
      expect(changed.map(({ id }) => id)).toEqual(
        whole
          .filter(({ updatedAt }) => updatedAt >= since)
          .map(({ id }) => id)
          .reverse(),
      );
    });

    it('finds by address however it is written, by its beginning, tag, stage, score and suppression', async () => {
      await put({ email: 'percent%under_score@example.com', stage: 'mql', addTags: ['vip'] });
      expect(await list('?email=ADA@example.COM')).toMatchObject([{ email: 'ada@example.com' }]);
      expect((await list('?email_prefix=AD')).map(({ email }) => email)).toEqual(['ada@example.com']);
      expect((await list('?email_prefix=percent%25under_')).map(({ stage }) => stage)).toEqual(['mql']);
      expect(await list('?email_prefix=p_rcent')).toEqual([]);
      expect((await list('?tag=vip&stage=mql')).map(({ tags }) => tags)).toEqual([['vip']]);
      expect((await list('?tag=pricing-interest&min_score=10')).map(({ email }) => email)).toEqual(['ada@example.com']);
      expect(await list('?min_score=11&max_score=100')).toEqual([]);
      expect((await list('?suppressed=true')).map(({ email }) => email)).toEqual(['ines@example.com']);
    });

    it('finds by words, attributes, owner, scope and last engagement, in the order asked', async () => {
      await put({
        email: 'zoe@norland.example',
        set: { first_name: 'Zoë', plan: 'pro', teams: ['ops'] },
        owner: 'sam@example.com',
      });
      const emails = async (query: string) => (await list(query)).map(({ email }) => email);
      expect(await emails('?q=ZOE%20nor')).toEqual(['zoe@norland.example']);
      expect(await emails('?q=zoe%20nobody')).toEqual([]);
      expect(await emails('?attribute=plan%3Dpro&attribute=teams%3Dops&attribute=!seats')).toEqual([
        'zoe@norland.example',
      ]);
      expect(await emails('?attribute=plan&attribute=plan!%3Dpro')).toEqual([]);
      expect(await emails('?owner=sam@example.com&last_engagement=none')).toEqual(['zoe@norland.example']);
      expect(await emails('?suppressed_scope=all&last_engagement=hard_bounce')).toEqual(['ines@example.com']);
      const scores = (await engine.ask<Page<{ score: number }>>('/v1/contacts?sort=-score')).body.items.map(
        ({ score }) => score,
      );
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      const { body } = await engine.ask<Page<Contact>>('/v1/contacts?sort=score&limit=1');
      const other = await engine.ask<ProblemBody>(`/v1/contacts?sort=-score&cursor=${body.next}`);
      expect(other.body.detail).toContain('query.cursor: This is a cursor of a list in another order');
    });

    it('names what a filter lacks', async () => {
      const query = 'q=%20&attribute=seats%3E5&attribute=%3Dx&last_engagement=seen&suppressed_scope=news&sort=name';
      const { body } = await engine.ask<ProblemBody>(`/v1/contacts?${query}`);
      expect(body.errors?.map(({ field }) => field)).toEqual([
        ...[
          'query.q',
          'query.attribute[0]',
          'query.attribute[1]',
          'query.suppressed_scope',
          'query.last_engagement',
          'query.sort',
        ],
      ]);
      const range = await engine.ask<ProblemBody>('/v1/contacts?min_score=5&max_score=4');
      expect(range.body.detail).toBe('query.min_score: It is above max_score: nobody can be found');
    });

    it('refuses what it does not understand, field by field', async () => {
      const { status, body } = await engine.ask<ProblemBody>(
        '/v1/contacts?limit=0&min_score=&email=nobody&suppressed=yes&updated_since=yesterday',
      );
      expect(status).toBe(400);
      expect(body.errors?.map(({ field }) => field)).toEqual([
        'query.limit',
        'query.email',
        'query.min_score',
        'query.suppressed',
        'query.updated_since',
      ]);
      expect((await engine.ask('/v1/contacts/nonsense')).status).toBe(400);
      expect((await engine.ask('/v1/contacts/00000000-0000-8000-8000-000000000000')).status).toBe(404);
      expect(
        (
          await engine.ask('/v1/contacts', {
            method: 'PUT',
            body: '{"email":',
            headers: { 'content-type': 'application/json' },
          })
        ).status,
      ).toBe(400);
    });

    it('tells everything that happened, newest first, page by page', async () => {
      const events = await walk(`/v1/contacts/${ids['ada']}/timeline?limit=4`);
      const versions = events.map(({ version }) => Number(version));
      expect(versions).toEqual(Array.from({ length: versions.length }, (_, index) => versions.length - index));
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['rule_fired', 'effect_requested', 'enrolled']),
      );
    });
  });

  describe('PUT /v1/contacts', () => {
    it('answers once the read model shows the write, and again without changing anything', async () => {
      const first = await put({
        email: 'New.Person@Example.com',
        set: { company: 'Acme', seats: 40 },
        addTags: ['b', 'a'],
      });
      expect(first).toMatchObject({
        status: 200,
        body: { email: 'new.person@example.com', attributes: { company: 'Acme', seats: 40 }, tags: ['a', 'b'] },
      });
      expect((await engine.ask(`/v1/contacts/${first.body.id}`)).body).toEqual(first.body);
      const again = await put({ email: 'new.person@example.com', set: { company: 'Acme' } });
      expect(again.body).toEqual(first.body);
      const cleared = await put({ email: 'new.person@example.com', clear: ['seats'], removeTags: ['b'] });
      expect(cleared.body).toMatchObject({ attributes: { company: 'Acme' }, tags: ['a'] });
    });

    it('answers 412 when the contact is at another version, and writes nothing', async () => {
      const { body: made } = await put({ email: 'versioned@example.com', stage: 'lead' });
      expect(
        (await put({ email: 'versioned@example.com', stage: 'customer', expectedVersion: made.version })).status,
      ).toBe(200);
      const stale = await put({ email: 'versioned@example.com', stage: 'lost', expectedVersion: made.version });
      expect(stale.status).toBe(412);
      expect((await list('?email=versioned@example.com'))[0]?.stage).toBe('customer');
    });

    it('counts a repeat under one Idempotency-Key once, and refuses another request under it', async () => {
      const key = { 'idempotency-key': 'write-1' };
      const first = await put({ email: 'idem@example.com', stage: 'one' }, key);
      await put({ email: 'idem@example.com', stage: 'two' });
      const repeat = await put({ email: 'idem@example.com', stage: 'one' }, key);
      expect([first.status, repeat.status]).toEqual([200, 200]);
      expect((await list('?email=idem@example.com'))[0]?.stage).toBe('two');
      expect((await put({ email: 'idem@example.com', stage: 'three' }, key)).status).toBe(422);
      expect((await put({ email: 'idem@example.com' }, { 'idempotency-key': 'x'.repeat(300) })).status).toBe(400);
    });

    it('writes many at once and says what became of each, also later', async () => {
      const contacts = [
        { email: 'many1@example.com', set: { seats: 1 } },
        { email: 'ada@example.com', expectedVersion: 0 },
      ];
      const { status, body } = await put<{ results: { state: string; reason: string | null; status: string }[] }>({
        contacts,
      });
      expect(status).toBe(200);
      expect(body.results).toMatchObject([
        { state: 'applied', reason: null },
        { state: 'refused', reason: 'version_mismatch' },
      ]);
      const later = await engine.ask(body.results[1]?.status ?? '');
      expect(later.body).toMatchObject({ state: 'refused', reason: 'version_mismatch' });
      const wrong = await put<ProblemBody>({ contacts: [{ email: 'ok@example.com' }, { email: 'nope', x: 1 }] });
      expect(wrong.body.errors?.map(({ field }) => field)).toEqual(['body.contacts[1].email', 'body.contacts[1].x']);
      expect((await put<ProblemBody>({ email: 'nope' })).body.errors).toEqual([
        { field: 'body.email', problem: 'Expected an e-mail address' },
      ]);
    });
  });

  describe('/v1/notifications', () => {
    it('is taken once, by one, and done', async () => {
      const path = `/v1/notifications/${ids['effect']}`;
      const by = (who: string, key = `${who} takes`) => ({
        method: 'POST',
        body: { by: who },
        headers: { 'idempotency-key': key },
      });
      expect((await engine.ask(`${path}/take`, by('Sam'))).body).toMatchObject({ state: 'taken', takenBy: 'Sam' });
      expect((await engine.ask(`${path}/take`, by('Sam'))).status).toBe(200);
      const late = await engine.ask<ProblemBody>(`${path}/take`, by('Robin'));
      expect([late.status, late.body.detail]).toEqual([409, 'Somebody else has taken this notification already.']);
      expect((await engine.ask<Page>('/v1/notifications?state=taken')).body.items).toHaveLength(1);
      expect((await engine.ask(`${path}/done`, by('Sam', 'Sam is done'))).body).toMatchObject({
        state: 'done',
        doneBy: 'Sam',
      });
      expect((await engine.ask(`${path}/done`, { method: 'POST', body: {} })).status).toBe(400);
      expect(
        (await engine.ask('/v1/notifications/00000000-0000-8000-8000-000000000000/take', by('Sam', 'nobody'))).status,
      ).toBe(404);
    });
  });

  describe('/v1/effects/{id}/why', () => {
    it('leads from the outcome over the rule and what it saw to the raw delivery', async () => {
      const { body } = await engine.ask<Record<string, unknown>>(`/v1/effects/${ids['effect']}/why`);
      expect(body).toMatchObject({
        effect: {
          kind: 'notify',
          state: 'delivered',
          rule: { name: 'hot-lead', version: 1 },
          outcomes: { inbox: { outcome: 'delivered' } },
        },
        decision: {
          rule: 'hot-lead',
          version: 1,
          values: { 'event.url': 'https://example.com/pricing?again', 'contact.suppressed': false },
        },
        delivery: {
          id: ids['delivery'],
          provider: 'sendgrid',
          element: 1,
          withheld: false,
          request: { method: 'POST' },
        },
      });
      const chain = body['chain'] as { type: string }[];
      expect(chain.map(({ type }) => type)).toEqual(['engagement_recorded', 'rule_fired', 'effect_requested']);
      const { request } = body['delivery'] as { request: { body: string; headers: Record<string, string> } };
      expect(JSON.parse(request.body)).toHaveLength(2);
    });

    it('withholds the request from a key that may not look at operations', async () => {
      const key = await engine.keyWith(['read:contacts']);
      const { body } = await engine.ask<{ delivery: object }>(`/v1/effects/${ids['effect']}/why`, { key });
      expect(body.delivery).toMatchObject({ id: ids['delivery'], request: null, withheld: true });
    });
  });

  describe('scopes and workspaces', () => {
    it('refuse a key that lacks the scope, and name it', async () => {
      const key = await engine.keyWith(['read:contacts']);
      const refused = await engine.ask<ProblemBody>('/v1/sources', { key });
      expect([refused.status, refused.body.detail]).toEqual([
        403,
        'This needs the scope read:sources; the key has read:contacts.',
      ]);
    });

    it('keep what is another workspace’s out of sight and out of reach', async () => {
      const key = await engine.keyWith(['admin'], 'elsewhere');
      for (const path of [
        'contacts',
        'notifications',
        'suppressions',
        'deliveries',
        'quarantine',
        'parked',
        'dead-letters',
        'sources',
        'rules',
      ])
        expect({ path, items: (await engine.ask<Page>(`/v1/${path}`, { key })).body.items }).toEqual({
          path,
          items: [],
        });
      for (const path of [
        `contacts/${ids['ada']}`,
        `contacts/${ids['ada']}/timeline`,
        `notifications/${ids['effect']}`,
        `effects/${ids['effect']}/why`,
        `deliveries/${ids['delivery']}`,
        `quarantine/${ids['quarantined']}`,
        `dead-letters/${ids['dead']}/webhook`,
        `sources/${ids['source']}`,
      ])
        expect({ path, status: (await engine.ask(`/v1/${path}`, { key })).status }).toEqual({ path, status: 404 });
      expect((await engine.ask(`/v1/sources/${ids['source']}`, { method: 'DELETE', key })).status).toBe(404);
      expect((await engine.ask(`/v1/keys/${ids['key']}`, { method: 'DELETE', key })).status).toBe(404);
      const take = { method: 'POST', body: { by: 'Eve' }, key };
      expect((await engine.ask(`/v1/notifications/${ids['effect']}/take`, take)).status).toBe(404);
    });
  });

  describe('/v1/rules', () => {
    const files = { 'rules/vip.yaml': 'rule: vip\non: opened\nthen:\n  - add_tag: vip\n' };
    const send = <Body = Record<string, unknown>>(path: string, body: unknown) =>
      engine.ask<Body>(`/v1/rules/${path}`, { method: 'POST', body });

    it('publishes what is sound as versions, takes them into force, and puts one back', async () => {
      expect((await send('publish', { files, note: 'first' })).body).toMatchObject({
        outcome: 'published',
        changes: [{ rule: 'vip', version: 1, before: null }],
      });
      expect((await send('publish', { files })).body).toMatchObject({ outcome: 'unchanged' });
      const second = { 'rules/vip.yaml': `${files['rules/vip.yaml']}  - add_score: 1\n` };
      await send('publish', { files: second });
      const shown = await engine.askUntil<
        Page<{ name: string; version: number; versions: object[] }> & { inForce: number; of: number }
      >('/v1/rules', ({ inForce, of }) => inForce === of);
      expect(shown.items.find(({ name }) => name === 'vip')).toMatchObject({
        version: 2,
        versions: [{ version: 2 }, { version: 1, note: 'first' }],
      });
      expect((await send('vip/rollback', { version: 1 })).body).toMatchObject({
        changes: [{ rule: 'vip', version: 1, before: 2 }],
      });
      expect((await send('vip/rollback', { version: 9 })).status).toBe(404);
      expect((await send('nothing/rollback', { version: null })).status).toBe(404);
    });

    it('refuses files with a problem, naming file, line and cure, and leaves what is in force', async () => {
      const before = (await engine.ask<{ number: number }>('/v1/rules')).body.number;
      const broken = { 'rules/bad.yaml': 'rule: bad\non: clicked\nif: contact.scor > 3\nthen:\n  - add_tag: x\n' };
      const { status, body } = await send<ProblemBody>('publish', { files: broken });
      expect(status).toBe(422);
      expect(body.errors?.[0]?.field).toMatch(/^rules\/bad\.yaml:3:\d+$/);
      expect((await send<{ ok: boolean }>('check', { files: broken })).body.ok).toBe(false);
      expect((await engine.ask<{ number: number }>('/v1/rules')).body.number).toBe(before);
    });
  });

  describe('/v1/sources', () => {
    it('shows keys once, changes only what is at the version expected, and keeps names apart', async () => {
      const made = await engine.ask<{ id: string; keys: string[]; version: number; url: string }>('/v1/sources', {
        method: 'POST',
        body: { name: 'crm', provider: 'standard-webhooks' },
      });
      expect(made.body.keys[0]).toMatch(/^whsec_/);
      expect(JSON.stringify((await engine.ask('/v1/sources')).body)).not.toContain(made.body.keys[0]);
      expect(
        (await engine.ask('/v1/sources', { method: 'POST', body: { name: 'crm', provider: 'resend' } })).status,
      ).toBe(409);
      const path = `/v1/sources/${made.body.id}`;
      const paused = await engine.ask(`${path}/pause`, {
        method: 'POST',
        headers: { 'if-match': `"${made.body.version}"` },
      });
      expect(paused.body).toMatchObject({ state: 'paused', version: made.body.version + 1 });
      expect((await engine.ask(`${path}/resume`, { method: 'POST', headers: { 'if-match': '"1"' } })).status).toBe(412);
      expect((await engine.ask(`${path}/resume`, { method: 'POST', headers: { 'if-match': 'x' } })).status).toBe(400);
      const rotated = await engine.ask<{ keys: string[] }>(`${path}/rotate`, {
        method: 'POST',
        body: { overlapHours: 1 },
      });
      expect(rotated.body.keys[0]).not.toBe(made.body.keys[0]);
      const unknown = await engine.ask<ProblemBody>('/v1/sources', {
        method: 'POST',
        body: { name: 'x', provider: 'carrier-pigeon' },
      });
      expect(unknown.body.errors?.[0]?.field).toBe('body.provider');
      const scheme = { name: 'x', provider: 'sendgrid', scheme: 'rot13' };
      expect(
        (await engine.ask<ProblemBody>('/v1/sources', { method: 'POST', body: scheme })).body.errors?.[0]?.field,
      ).toBe('body.scheme');
    });
  });

  describe('/v1/keys', () => {
    it('makes keys whose text is shown once, rotates them with overlap and ends them at once', async () => {
      const made = await engine.ask<{ id: string; key: string }>('/v1/keys', {
        method: 'POST',
        body: { name: 'n', scopes: ['read:rules'] },
      });
      expect((await engine.ask('/v1/rules', { key: made.body.key })).status).toBe(200);
      expect(JSON.stringify((await engine.ask('/v1/keys')).body)).not.toContain(made.body.key);
      const next = await engine.ask<{ key: string }>(`/v1/keys/${made.body.id}/rotate`, {
        method: 'POST',
        body: { overlapHours: 1 },
      });
      for (const key of [made.body.key, next.body.key])
        expect((await engine.ask('/v1/rules', { key })).status).toBe(200);
      await engine.ask(`/v1/keys/${made.body.id}`, { method: 'DELETE' });
      expect((await engine.ask('/v1/rules', { key: made.body.key })).status).toBe(401);
      const scopes = { name: 'n', scopes: ['everything'] };
      expect(
        (await engine.ask<ProblemBody>('/v1/keys', { method: 'POST', body: scopes })).body.errors?.[0]?.field,
      ).toBe('body.scopes[0]');
    });
  });

  describe('operations', () => {
    it('says that it is ready, and counts what it did', async () => {
      expect((await engine.ask('/health/live', { key: null })).body).toEqual({ status: 'live' });
      const ready = await engine.ask<{ status: string; checks: { part: string }[] }>('/health/ready', { key: null });
      expect(ready.body.status).toBe('ready');
      expect(ready.body.checks.map(({ part }) => part)).toEqual(expect.arrayContaining(['database', 'log', 'rules']));
      await engine.sendgrid([event('metrics@example.com', 'delivered')]);
      await engine.askUntil<Page>('/v1/contacts?email=metrics@example.com', ({ items }) => items.length === 1);
      const { body } = await engine.ask<string>('/metrics', { key: null });
      expect(body).toMatch(/afterclick_engagements_total\{workspace="demo",source="[^"]+",outcome="applied"\} \d+/);
      expect(body).toMatch(/afterclick_log_lag_records\{group="rules",topic="[^"]+",partition="0"\} \d+/);
      expect(body).toMatch(/afterclick_effects\{workspace="demo",target="webhook",state="dead"\} \d/);
      expect(body).toMatch(/afterclick_http_request_duration_seconds_count\{[^}]*route="\/v1\/contacts"[^}]*\} \d/);
      expect(body).not.toContain('example.com');
    });

    it('shows metrics to this machine or to a key, not to whoever a proxy brings', async () => {
      const forwarded = { 'x-forwarded-for': '203.0.113.9' };
      expect((await engine.ask('/metrics', { key: null, headers: forwarded })).status).toBe(401);
      expect((await engine.ask('/metrics', { headers: forwarded })).status).toBe(200);
    });

    it('decides again what was parked, and replays and discards dead letters', async () => {
      const parked = await engine.ask<Page<{ contactId: string; error: string }>>('/v1/parked');
      expect(parked.body.items).toMatchObject([{ contactId: ids['parked'], type: 'contact_upsert', reason: 'poison' }]);
      const path = `/v1/parked/${ids['parked']}/replay`;
      expect((await engine.ask(path, { method: 'POST', body: {} })).body).toEqual({ waiting: 1 });
      expect((await engine.ask(path, { method: 'POST', body: { discard: true } })).body).toEqual({ waiting: 0 });
      expect((await engine.ask(path, { method: 'POST', body: {} })).status).toBe(404);

      const letter = `/v1/dead-letters/${ids['dead']}/webhook`;
      expect((await engine.ask(letter)).body).toMatchObject({ reason: 'http_500', message: { to: 'owner' } });
      expect((await engine.ask(`/v1/dead-letters/${ids['dead2']}/webhook/discard`, { method: 'POST' })).status).toBe(
        200,
      );
      expect((await engine.ask(`${letter}/replay`, { method: 'POST' })).body).toEqual({ state: 'queued' });
      expect((await engine.ask(letter)).status).toBe(404);
    });
  });
});
