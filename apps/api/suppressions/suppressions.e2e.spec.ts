/** Bounce in, next clean leaves it out: suppression as the sender meets it, over HTTP and by command. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { afterclick, withEnvironment } from '#testing/command-line.js';

jest.setTimeout(60_000);

interface Checked {
  readonly mayBeMailed: number;
  readonly results: readonly {
    readonly address: string;
    readonly mayBeMailed: boolean;
    readonly invalid: string | null;
    readonly suppressions: readonly { readonly scope: string; readonly reason: string; readonly of: string }[];
  }[];
}
interface Written {
  readonly results: readonly { readonly state: string; readonly contactId: string }[];
}

describe('suppressions', () => {
  let engine: RunningEngine;
  const folder = mkdtempSync(join(tmpdir(), 'afterclick-list-'));
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    engine = await runningEngine();
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  const check = async (addresses: readonly string[], scopes: readonly string[] = []) =>
    (await engine.ask<Checked>('/v1/suppressions/check', { method: 'POST', body: { addresses, scopes } })).body;
  const post = (path: string, body: object, key?: string) =>
    engine.ask<Written>(path, { method: 'POST', body, ...(key === undefined ? {} : { key }) });
  const command = (...args: readonly string[]) =>
    withEnvironment({ AFTERCLICK_URL: engine.url, AFTERCLICK_API_KEY: engine.key }, () => afterclick(...args));

  it('a bounce that a provider reports leaves the list before the next campaign', async () => {
    const list = 'name,email\nGreta,Greta@Example.com\nHugo,hugo@example.com\n';
    writeFileSync(at('list.csv'), list);
    const before = await command('suppressions', 'clean', at('list.csv'));
    expect(before).toMatchObject({ code: 0 });
    expect(readFileSync(at('list.clean.csv'), 'utf8')).toBe(list);
    const bounce = event('greta@example.com', 'bounce', { type: 'bounce', status: '5.1.1', reason: 'no such user' });
    expect((await engine.sendgrid([bounce])).status).toBe(200);
    await engine.askUntil('/v1/contacts?email=greta@example.com&suppressed=true', ({ items }) =>
      Boolean((items as unknown[]).length),
    );
    const after = await command('suppressions', 'clean', at('list.csv'));
    expect(after.out).toContain('1 in ');
    expect(readFileSync(at('list.clean.csv'), 'utf8')).toBe('name,email\nHugo,hugo@example.com\n');
    expect(readFileSync(at('list.left-out.csv'), 'utf8')).toMatch(
      /\n2,Greta@Example\.com,hard_bounce,all,20[^,]+Z,address\n$/,
    );
  });

  it('is added and lifted by scope, each word an event that says who gave it and why', async () => {
    const added = await post('/v1/suppressions', {
      suppressions: [
        { email: 'Ida@example.com', scope: 'list:news', note: 'asked on the phone' },
        { email: 'jan@example.com', reason: 'complaint' },
      ],
    });
    expect(added.status).toBe(200);
    expect(added.body.results.map(({ state }) => state)).toEqual(['applied', 'applied']);
    const again = await post('/v1/suppressions', { email: 'ida@example.com', scope: 'list:news' });
    expect(again.body.results[0]?.state).toBe('unchanged');
    const asked = ['ida@EXAMPLE.com', 'jan@example.com', 'never.met@example.com', 'no address'];
    expect((await check(asked)).results.map((one) => one.mayBeMailed)).toEqual([true, false, true, false]);
    const news = await check(asked, ['list:news']);
    expect(news.results.map((one) => one.mayBeMailed)).toEqual([false, false, true, false]);
    expect(news.results[0]?.suppressions).toMatchObject([{ scope: 'list:news', reason: 'command', of: 'address' }]);
    expect(news.results[3]?.invalid).toContain('no e-mail address');
    const id = added.body.results[0]?.contactId;
    const { body } = await engine.ask<{ items: { type: string; data: object; pii: object | null }[] }>(
      `/v1/contacts/${id}/timeline`,
    );
    expect(body.items.find(({ type }) => type === 'suppressed')).toMatchObject({
      data: { by: { command: true, key: expect.any(String) }, scope: 'list:news' },
      pii: { note: 'asked on the phone', email: 'ida@example.com' },
    });
    expect((await post('/v1/suppressions/lift', { contactId: id, scope: 'list:news' })).body.results[0]?.state).toBe(
      'applied',
    );
    expect((await check(['ida@example.com'], ['list:news'])).mayBeMailed).toBe(1);
  });

  it('what stands against one address of a person stands against the others, but for a hard bounce', async () => {
    const { pool } = engine.runtime;
    const made = await post('/v1/suppressions', {
      suppressions: ['kai@old.example', 'kai@new.example', 'lea@old.example', 'lea@new.example'].map((email) => ({
        email,
        scope: 'list:nothing',
      })),
    });
    const [kai, kaiNew, lea, leaNew] = made.body.results.map(({ contactId }) => contactId);
    await pool.query('update read.contact set linked_to = $1 where contact_id = $2', [kai, kaiNew]);
    await pool.query('update read.contact set linked_to = $1 where contact_id = $2', [lea, leaNew]);
    await post('/v1/suppressions', { email: 'kai@old.example', reason: 'complaint' });
    await post('/v1/suppressions', { email: 'lea@old.example', reason: 'hard_bounce' });
    const before = await check(['lea@new.example']);
    expect(before.mayBeMailed).toBe(1);
    const { results } = await check(['kai@new.example', 'lea@new.example', 'lea@old.example']);
    expect(results.map(({ suppressions }) => suppressions.map(({ reason, of }) => [reason, of]))).toEqual([
      [['complaint', 'contact']],
      [],
      [['hard_bounce', 'address']],
    ]);
  });

  it('is exported as CSV, with what changed since a time', async () => {
    const all = await engine.ask<string>('/v1/suppressions/export');
    expect(all.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, ...rows] = all.body.trimEnd().split('\n');
    expect(header).toBe('email,contact_id,scope,reason,since,lifted_at,lifted_reason');
    expect(rows.filter((row) => row.startsWith('greta@example.com,'))).toHaveLength(1);
    expect(rows.some((row) => row.startsWith('ida@'))).toBe(false);
    const since = new Date().toISOString();
    await post('/v1/suppressions', { email: 'mia@example.com' });
    await post('/v1/suppressions/lift', { email: 'greta@example.com' });
    const changed = await command('suppressions', 'export', '--since', since, '--out', at('new.csv'));
    expect(changed.code).toBe(0);
    const lines = readFileSync(at('new.csv'), 'utf8').trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(',', 1)[0])).toEqual(['mia@example.com', 'greta@example.com']);
    expect(lines[1]).toMatch(/,20[^,]+Z,command$/);
  });

  it('refuses what it cannot read, by the name of the field', async () => {
    const refused = async (path: string, body: object) =>
      (await engine.ask<{ detail: string }>(path, { method: 'POST', body })).body.detail;
    expect(await refused('/v1/suppressions', {})).toBe('body.email: Give email or contactId, one of them');
    expect(await refused('/v1/suppressions', { email: 'ada@example.com', scope: 'everything' })).toBe(
      'body.scope: Expected all, group:ID or list:ID',
    );
    expect(await refused('/v1/suppressions/lift', { contactId: '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091' })).toContain(
      'body.contactId: This workspace has no contact',
    );
    const many = Array.from({ length: 10_001 }, (_, n) => `n${n}@example.com`);
    expect(await refused('/v1/suppressions/check', { addresses: many })).toContain('at most 10000 addresses');
    expect((await check(many.slice(1))).mayBeMailed).toBe(10_000);
  });

  it('commands say what they did; check ends with 1 when somebody may not be mailed', async () => {
    const added = await command('suppressions', 'add', 'nia@example.com', '--note', 'left', '--json');
    expect(JSON.parse(added.out)).toMatchObject([{ email: 'nia@example.com', state: 'applied' }]);
    const no = await command('suppressions', 'check', 'nia@example.com', 'otto@example.com');
    expect(no.code).toBe(1);
    expect(no.out).toMatch(/nia@example\.com +no +command \(all\)/);
    expect(no.out).toMatch(/otto@example\.com +yes/);
    expect((await command('suppressions', 'lift', 'nia@example.com')).out).toMatch(/nia@example\.com +all +applied/);
    expect((await command('suppressions', 'check', 'nia@example.com')).code).toBe(0);
    expect(await command('suppressions', 'clean', at('list.csv'), '--out', at('list.csv'))).toMatchObject({ code: 2 });
  });

  it('needs its scopes', async () => {
    const reader = await engine.keyWith(['read:suppressions']);
    expect((await post('/v1/suppressions', { email: 'ada@example.com' }, reader)).status).toBe(403);
    expect((await post('/v1/suppressions/check', { addresses: ['ada@example.com'] }, reader)).status).toBe(200);
  });
});
