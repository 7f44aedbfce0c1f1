/** One person under several keys, on the whole engine: learned from a provider, merged by people, moved to another address. */
import { createHmac } from 'node:crypto';
import { rebuildReadModels } from '#adapters/postgres/read-models/rebuild/rebuild.js';
import { replayReadModels } from '#adapters/postgres/read-models/replay/replay.js';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { afterclick, withEnvironment } from '#testing/command-line.js';

interface Contact {
  readonly id: string;
  readonly email: string | null;
  readonly tags: readonly string[];
  readonly stage: string | null;
  readonly aliases: readonly string[];
  readonly addresses: readonly string[];
  readonly identities: readonly string[];
  readonly engagements: number;
  readonly linkedTo: string | null;
  readonly suppressed: boolean;
  readonly version: number;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Told {
  readonly id: string;
  readonly contactId: string;
  readonly type: string;
  readonly data: { readonly engagement?: string };
}
interface Problem {
  readonly detail: string;
}

const SECRET = 'a-secret-of-sixteen-or-more';

describe('one person under several keys', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
  }, 60_000);
  afterAll(() => engine.stop());

  const ask = <Body = Contact>(method: string, path: string, body?: unknown, headers = {}) =>
    engine.ask<Body>(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const put = async (body: object): Promise<Contact> => (await ask('PUT', '/v1/contacts', body)).body;
  const found = (query: string, fits: (contact: Contact) => boolean): Promise<Contact> =>
    engine
      .askUntil<Page<Contact>>(`/v1/contacts?${query}`, ({ items }) => items[0] !== undefined && fits(items[0]))
      .then(({ items }) => items[0] as Contact);
  const timeline = async (id: string, limit = 100): Promise<Told[]> => {
    const all: Told[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask<Page<Told>>('GET', `/v1/contacts/${id}/timeline?limit=${limit}${cursor}`);
      all.push(...body.items);
      if (body.next === null) return all;
      cursor = `&cursor=${body.next}`;
    }
  };
  const engaged = (told: readonly Told[]) =>
    told.flatMap(({ type, data }) => (type === 'engagement_recorded' ? [data.engagement] : [])).reverse();

  it('is joined once a provider names address and object id together; each event is there once', async () => {
    const made = await ask<{ url: string }>('POST', '/v1/sources', {
      name: 'cio',
      provider: 'customerio',
      keys: [SECRET],
    });
    const post = async (sent: object): Promise<void> => {
      const body = JSON.stringify(sent);
      const at = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', SECRET).update(`v0:${at}:${body}`).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-cio-timestamp': at, 'x-cio-signature': signature };
      const path = new URL(made.body.url).pathname;
      expect((await engine.ask(path, { method: 'POST', body, headers, key: null })).status).toBe(200);
    };
    const now = Math.floor(Date.now() / 1000);
    const told = (n: number, metric: string, data: object) =>
      post({
        event_id: `01CIO${n}`,
        object_type: 'email',
        metric,
        timestamp: now + n,
        data: { delivery_id: 'd1', ...data },
      });
    const identifiers = { id: 'user-7' };
    await told(1, 'delivered', { identifiers });
    await told(2, 'opened', { identifiers });
    await told(3, 'clicked', { identifiers, recipient: 'cara@example.com', href: 'https://example.com/a' });
    const cara = await found('email=cara@example.com', ({ engagements }) => engagements === 3);
    expect(cara).toMatchObject({
      addresses: ['cara@example.com'],
      identities: ['customerio:user-7', 'email:cara@example.com'],
    });
    // What comes under the object id alone from now on is of the same contact.
    await told(4, 'opened', { identifiers });
    await found('email=cara@example.com', ({ engagements }) => engagements === 4);
    expect(engaged(await timeline(cara.id)).sort()).toEqual(['clicked', 'delivered', 'opened', 'opened']);
    expect(engaged(await timeline(cara.id, 2)).sort()).toEqual(['clicked', 'delivered', 'opened', 'opened']);
    const [alias = ''] = cara.aliases;
    const byAlias = await ask('GET', `/v1/contacts/${alias}`);
    expect(byAlias).toMatchObject({ status: 200, body: { id: cara.id, linkedTo: null } });
    expect(byAlias.headers.get('content-location')).toBe(`/v1/contacts/${cara.id}`);
    expect((await timeline(alias)).map(({ id }) => id)).toEqual((await timeline(cara.id)).map(({ id }) => id));
    const all = (await ask<Page<Contact>>('GET', '/v1/contacts?limit=100')).body.items;
    expect(all.filter(({ id }) => id === alias)).toEqual([]);
  });

  it('is merged by people: once, at the version they saw, and for good', async () => {
    const work = await put({ email: 'dora@work.example', addTags: ['vip'], stage: 'lead' });
    const home = await put({ email: 'dora@home.example', externalId: 'crm-dora', addTags: ['trial'] });
    const merge = (headers = {}) =>
      ask<Contact & Problem>('POST', `/v1/contacts/${home.id}/merge`, { into: work.id }, headers);
    // Its id in the CRM joins first: that is a change of its own.
    const before = await found('external_id=crm-dora', ({ id, aliases }) => id === home.id && aliases.length === 1);
    expect((await merge({ 'if-match': '"999"' })).status).toBe(412);
    // The refusal is on record.
    const { version } = await engine.askUntil<Contact>(
      `/v1/contacts/${home.id}`,
      (contact) => contact.version > before.version,
    );
    const key = { 'idempotency-key': 'merge-dora' };
    const merged = await merge({ 'if-match': `"${version}"`, ...key });
    expect(merged.status).toBe(200);
    expect(merged.body).toMatchObject({
      id: work.id,
      email: 'dora@work.example',
      stage: 'lead',
      tags: ['trial', 'vip'],
      addresses: ['dora@home.example', 'dora@work.example'],
    });
    expect(merged.body.aliases).toContain(home.id);
    expect((await merge({ 'if-match': `"${version}"`, ...key })).body).toMatchObject({ id: work.id });
    expect((await merge()).body).toMatchObject({ id: work.id });
    for (const query of ['email=dora@home.example', 'email=dora@work.example', 'external_id=crm-dora', 'q=dora@home'])
      expect((await found(query, () => true)).id).toBe(work.id);
    const unmerged = await ask<Problem>('POST', `/v1/contacts/${home.id}/unmerge`);
    expect(unmerged).toMatchObject({ status: 409 });
    expect(unmerged.body.detail).toContain('PATCH');
    expect((await ask('POST', `/v1/contacts/${home.id}/merge`, { into: home.id })).status).toBe(400);
    const nobody = '00000000-0000-8000-8000-00000000dead';
    expect((await ask('POST', `/v1/contacts/${home.id}/merge`, { into: nobody })).status).toBe(404);
  });

  it('is written, and forgotten, by whichever key', async () => {
    const first = await put({ email: 'eli@one.example', stage: 'lead' });
    const second = await put({ email: 'eli@two.example', addTags: ['two'] });
    expect((await ask('POST', `/v1/contacts/${second.id}/merge`, { into: first.id })).status).toBe(200);
    expect(await put({ email: 'eli@two.example', stage: 'customer' })).toMatchObject({
      id: first.id,
      stage: 'customer',
    });
    const patched = await ask('PATCH', `/v1/contacts/${second.id}`, { addTags: ['patched'] });
    expect(patched).toMatchObject({ status: 200, body: { id: first.id, tags: ['patched', 'two'] } });
    expect((await ask('DELETE', `/v1/contacts/${second.id}`)).status).toBe(200);
    for (const id of [first.id, second.id]) expect((await ask('GET', `/v1/contacts/${id}`)).status).toBe(404);
    const { rows } = await engine.runtime.pool.query(
      `select contact_id from read.contact where email like 'eli@%' or addresses::text like '%eli@%' or identities::text like '%eli@%' or tags <> '{}' and contact_id = any($1)`,
      [[first.id, second.id]],
    );
    expect(rows).toEqual([]);
  });

  it('moves to another address: what comes late of the old one lands on the same contact', async () => {
    await engine.sendgrid([event('fay@old.example', 'delivered')]);
    const fay = await found('email=fay@old.example', ({ engagements }) => engagements === 1);
    const moved = await ask('PATCH', `/v1/contacts/${fay.id}`, { email: 'fay@new.example' });
    expect(moved).toMatchObject({ status: 200, body: { id: fay.id, email: 'fay@new.example' } });
    await engine.sendgrid([event('fay@new.example', 'open')]);
    await found('email=fay@new.example', ({ id, engagements }) => id === fay.id && engagements === 2);
    await engine.sendgrid([event('fay@old.example', 'bounce', { type: 'bounce' })]);
    const after = await found('email=fay@old.example', ({ engagements }) => engagements === 3);
    expect(after).toMatchObject({
      id: fay.id,
      email: 'fay@new.example',
      addresses: ['fay@new.example', 'fay@old.example'],
    });
    expect(engaged(await timeline(fay.id)).sort()).toEqual(['delivered', 'hard_bounce', 'opened']);
    const checked = await ask<{ results: { email: string; mayBeMailed: boolean }[] }>(
      'POST',
      '/v1/suppressions/check',
      {
        addresses: ['fay@old.example', 'fay@new.example'],
      },
    );
    expect(checked.body.results.map(({ mayBeMailed }) => mayBeMailed)).toEqual([false, true]);
  });

  it('is suppressed as one: a complaint under one address stands against the other, through a chain of merges', async () => {
    const [a, b, c] = await Promise.all(
      ['gus@a.example', 'gus@b.example', 'gus@c.example'].map((email) => put({ email })),
    );
    if (!a || !b || !c) throw new Error('three were written');
    expect((await ask('POST', '/v1/suppressions', { email: 'gus@a.example', reason: 'complaint' })).status).toBe(200);
    expect((await ask('POST', `/v1/contacts/${a.id}/merge`, { into: b.id })).status).toBe(200);
    expect((await ask('POST', `/v1/contacts/${b.id}/merge`, { into: c.id })).status).toBe(200);
    const mailed = async () =>
      (
        await ask<{ results: { mayBeMailed: boolean }[] }>('POST', '/v1/suppressions/check', {
          addresses: ['gus@a.example', 'gus@b.example', 'gus@c.example'],
        })
      ).body.results.map(({ mayBeMailed }) => mayBeMailed);
    expect(await mailed()).toEqual([false, false, false]);
    expect((await ask('GET', `/v1/contacts/${a.id}`)).body).toMatchObject({ id: c.id, suppressed: true });
    const listed = async () =>
      (await ask<Page<{ contactId: string }>>('GET', '/v1/suppressions?limit=100')).body.items.filter(({ contactId }) =>
        [a.id, b.id, c.id].includes(contactId),
      );
    expect((await listed()).map(({ contactId }) => contactId)).toEqual([c.id]);
    expect((await ask('POST', '/v1/suppressions/lift', { email: 'gus@a.example' })).status).toBe(200);
    expect(await mailed()).toEqual([true, true, true]);
  });

  it('is merged and shown by command, by whatever name', async () => {
    const command = (...args: readonly string[]) =>
      withEnvironment({ AFTERCLICK_URL: engine.url, AFTERCLICK_API_KEY: engine.key }, () => afterclick(...args));
    const { id } = await put({ email: 'hal@work.example' });
    await put({ email: 'hal@home.example', externalId: 'crm-hal' });
    await found('external_id=crm-hal', ({ aliases }) => aliases.length === 1);
    const merged = await command('contacts', 'merge', 'hal@home.example', '--into', 'hal@work.example');
    expect(merged).toMatchObject({ code: 0, out: expect.stringContaining(`under the id ${id}`) });
    const again = await command('contacts', 'merge', 'external:crm-hal', '--into', id);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('one contact already') });
    const shown = await command('contacts', 'show', 'external:crm-hal');
    expect(shown.out).toContain('hal@home.example, hal@work.example');
    expect(shown.out).toContain('3 contacts');
    expect((await command('contacts', 'show', 'crm-hal')).err).toContain('external:crm-hal');
  });

  it('shows in read models that a replay and a rebuild of the record give the same, row by row', async () => {
    const { pool, contactKeys } = engine.runtime;
    const { rows } = await pool.query<{ workspace: string }>(
      `select workspace_id as workspace from read.contact where aliases <> '{}' limit 1`,
    );
    const workspaceId = rows[0]?.workspace ?? '';
    const replayed = await replayReadModels(pool, contactKeys, { workspaceId, verify: true });
    expect(replayed).toMatchObject({ differenceCount: 0, differences: [], unreadable: [] });
    expect(replayed.contacts).toBeGreaterThan(10);
    const models = Object.keys(READ_MODELS) as ReadModelName[];
    const rebuilt = await rebuildReadModels(pool, contactKeys, { models });
    expect(rebuilt).toMatchObject({ switched: true, differenceCount: 0, differences: [] });
    expect((await found('email=dora@home.example', () => true)).email).toBe('dora@work.example');
  });
});
