/** A file becomes contacts: handed over by the API, run in a child process, killed in the middle, gone on with. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { importShown } from '#apps/api/imports/import-schemas.js';
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

type Shown = z.infer<typeof importShown>;

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine.stop());

const FILE = { 'content-type': 'application/octet-stream' };

async function ask(content: string, wish: object): Promise<Shown> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const body = { format: 'csv', size: Buffer.byteLength(content), sha256, ...wish };
  return (await engine.ask<Shown>('/v1/imports', { method: 'POST', body })).body;
}

async function handOver(content: string, wish: object = {}): Promise<Shown> {
  const { id } = await ask(content, wish);
  const sent = await engine.ask<Shown>(`/v1/imports/${id}/content`, { method: 'PUT', body: content, headers: FILE });
  expect(sent.status).toBe(200);
  return sent.body;
}

const ended = (id: string) =>
  engine.askUntil<Shown>(`/v1/imports/${id}`, ({ state }) => state === 'finished' || state === 'failed');

async function imported(content: string, wish: object = {}): Promise<Shown> {
  return ended((await handOver(content, wish)).id);
}

const CSV = [
  'E-Mail;First Name;Plan;Tags;Internal',
  'nora@example.com;Nora;pro;"vip, beta";x',
  'not an address;Omar;free;;x',
  'PIA@Example.com;"Pia;Maria";;vip;x',
  'quin@example.com;Quin',
  '',
].join('\r\n');
const MAP = { Internal: '-' };

describe('an import of contacts', () => {
  it('says in a dry run what it would do, and does nothing', async () => {
    const done = await imported(CSV, { dryRun: true, map: MAP });
    expect(done).toMatchObject({ state: 'finished', rows: 4, inputs: 2, changed: 0, rejected: 2, error: null });
    expect(done.columns).toEqual([
      { column: 'E-Mail', field: 'email', guessed: true },
      { column: 'First Name', field: 'first_name', guessed: true },
      { column: 'Plan', field: 'plan', guessed: true },
      { column: 'Tags', field: 'tags', guessed: true },
      { column: 'Internal', field: null, guessed: false },
    ]);
    expect(done.samples[0]).toEqual({
      email: 'nora@example.com',
      set: { first_name: 'Nora', plan: 'pro' },
      addTags: ['vip', 'beta'],
    });
    const found = await engine.ask<{ items: unknown[] }>('/v1/contacts?email=nora@example.com');
    expect(found.body.items).toEqual([]);
  });

  it('writes its contacts once; what was not taken is told with line, reason and row', async () => {
    const done = await imported(CSV, { map: MAP });
    expect(done).toMatchObject({ state: 'finished', rows: 4, inputs: 2, changed: 2, unchanged: 0, rejected: 2 });
    const rejects = await engine.ask<string>(`/v1/imports/${done.id}/rejects`);
    expect(rejects.headers.get('content-type')).toContain('text/csv');
    expect(rejects.body.trimEnd().split('\n')).toEqual([
      'afterclick_line;afterclick_reason;E-Mail;First Name;Plan;Tags;Internal',
      '3;"E-Mail: not an address is no e-mail address; write it as ada@example.com";not an address;Omar;free;;x',
      expect.stringMatching(/^5;"2 cells where the header has 5: .+";quin@example.com;Quin$/),
    ]);
    const found = await engine.askUntil<{ items: object[] }>(
      '/v1/contacts?email=pia@example.com',
      ({ items }) => items.length > 0,
    );
    expect(found.items[0]).toMatchObject({ attributes: { first_name: 'Pia;Maria' }, tags: ['vip'] });
    const again = await ask(CSV, { map: MAP });
    expect([again.id, again.state]).toEqual([done.id, 'finished']);
    const under = await handOver(CSV, { map: MAP, delimiter: ';' });
    expect(under.id).not.toBe(done.id);
    expect(await ended(under.id)).toMatchObject({ inputs: 2, changed: 0, unchanged: 2 });
  });

  it('reads NDJSON, with attributes of any type', async () => {
    const lines = [
      { email: 'rosa@example.com', attributes: { seats: 12, beta: true }, tags: ['vip'], stage: 'customer' },
      { email: 'rosa', seats: 1 },
    ];
    const done = await imported(lines.map((line) => JSON.stringify(line)).join('\n'), { format: 'ndjson' });
    expect(done).toMatchObject({ state: 'finished', rows: 2, changed: 1, rejected: 1 });
    const found = await engine.askUntil<{ items: object[] }>(
      '/v1/contacts?email=rosa@example.com',
      ({ items }) => items.length > 0,
    );
    expect(found.items[0]).toMatchObject({ attributes: { seats: 12, beta: true }, tags: ['vip'], stage: 'customer' });
    const rejects = await engine.ask<object>(`/v1/imports/${done.id}/rejects`);
    const row = JSON.stringify(lines[1]);
    expect(rejects.body).toEqual({
      line: 2,
      reason: 'email: rosa is no e-mail address; write it as ada@example.com',
      row,
    });
  });

  it('makes an id in the CRM one more key of the contact that has the address, as a write over HTTP does', async () => {
    const done = await imported('email,external_id,plan\nsol@example.com,crm-77,pro\n');
    expect(done).toMatchObject({ state: 'finished', rows: 1, inputs: 1, changed: 1, rejected: 0 });
    const later = await imported('external_id,plan\ncrm-77,team\n');
    expect(later).toMatchObject({ state: 'finished', rejected: 0 });
    const found = await engine.askUntil<{ items: { attributes: object }[] }>(
      '/v1/contacts?email=sol@example.com',
      ({ items }) => (items[0]?.attributes as { plan?: string } | undefined)?.plan === 'team',
    );
    expect(found.items).toHaveLength(1);
  });

  it('fires rules only when it is asked to, and then those that wait for what it changed', async () => {
    const yaml = 'rule: newcomers\non: { tag_added: newcomer }\nthen:\n  - add_score: 7\n';
    const published = await engine.ask<{ of: number }>('/v1/rules/publish', {
      method: 'POST',
      body: { files: { 'rules/newcomers.yaml': yaml } },
    });
    expect(published.status).toBe(200);
    await engine.askUntil<{ inForce: number; of: number }>('/v1/rules', ({ inForce, of }) => inForce === of);
    const silent = await imported('email,tags\ntess@example.com,newcomer\n');
    const fired = await imported('email,tags\numa@example.com,newcomer\n', { fire: true });
    expect([silent, fired].map(({ fire, changed }) => [fire, changed])).toEqual([
      [false, 1],
      [true, 1],
    ]);
    const of = async (email: string) =>
      (
        await engine.askUntil<{ items: { score: number; tags: string[] }[] }>(
          `/v1/contacts?email=${email}`,
          ({ items }) => items[0]?.tags.includes('newcomer') === true,
        )
      ).items[0]?.score;
    expect([await of('tess@example.com'), await of('uma@example.com')]).toEqual([0, 7]);
  });

  it.each([
    [
      'a file without addresses',
      'name\nNora\n',
      {},
      'No column holds the e-mail address. Name it with --map COLUMN=email (or COLUMN=external_id).',
    ],
    [
      'a mapping of no column',
      'email\na@x.org\n',
      { map: { Mail: 'email' } },
      'There is no column Mail. The columns are: email.',
    ],
    ['an open quote', 'email\n"a@x.org\n', {}, 'a quote is opened and not closed'],
    ['another file than announced', 'email\na@x.org\n', { sha256: '0'.repeat(64) }, 'not the one that was announced'],
  ])('fails on %s, with the cure', async (_, content, wish, words) => {
    const done = await imported(content, wish);
    expect(done.state).toBe('failed');
    expect(done.error).toContain(words);
  });

  it('refuses what makes no sense, by its field, and pieces out of order', async () => {
    const refused = async (body: object) =>
      (await engine.ask<{ detail: string }>('/v1/imports', { method: 'POST', body })).body.detail;
    expect(await refused({ format: 'json', size: 1 })).toContain('body.format: Expected csv or ndjson');
    expect(await refused({ kind: 'engagements', format: 'json', size: 1 })).toContain('body.source: Name the source');
    const { id } = await ask('email\nx@example.com\n', {});
    const put = (path: string, body: string, headers = FILE) =>
      engine.ask<{ detail: string }>(`/v1/imports/${id}/content${path}`, { method: 'PUT', body, headers });
    expect((await put('?offset=5', 'x')).body.detail).toContain('The next byte to send is 0');
    expect((await put('', 'email\n')).status).toBe(200);
    expect((await put('?offset=6', 'x@example.com\nand more')).body.detail).toContain('longer than it was announced');
    expect((await put('', '{}', { 'content-type': 'application/json' })).status).toBe(415);
  });

  it('killed in the middle goes on by itself, and has every row exactly once', async () => {
    const rows = 6_000;
    const emails = Array.from({ length: rows }, (_, n) => `many-${n}@example.com`);
    const { id } = await handOver(`email,note\n${emails.map((email, n) => `${email},${n}`).join('\n')}\n`);
    await engine.askUntil<Shown>(`/v1/imports/${id}`, (one) => one.rows > 0 && one.rows < rows);
    expect(await killRunner()).toBeGreaterThan(0);
    let done: Shown | null = null;
    await until(async () => {
      done = (await engine.ask<Shown>(`/v1/imports/${id}`)).body;
      return done.state === 'finished' || done.state === 'failed';
    }, 110_000);
    expect(done).toMatchObject({ state: 'finished', rows, inputs: rows, changed: rows, rejected: 0 });
    const { pool } = engine.runtime;
    // Of each contact one attribute, set once: whatever was appended twice changed nothing.
    const { rows: counted } = await pool.query<{ contacts: number; events: number }>(
      `select count(distinct contact_id)::int as contacts, count(*)::int as events from engine.event
       where type = 'attribute_set' and data ->> 'name' = 'note'`,
    );
    expect(counted[0]).toEqual({ contacts: rows, events: rows });
    expect((await pool.query('select epoch from imports.import where id = $1', [id])).rows[0].epoch).toBeGreaterThan(1);
  }, 120_000);
});

/** Kills the child process that runs an import now, by its parent and its program. */
async function killRunner(): Promise<number> {
  const { readdirSync, readFileSync } = await import('node:fs');
  let killed = 0;
  await until(() => {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
        const parent = /\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1];
        if (Number(parent) !== process.pid || !command.includes('import-process.js')) continue;
        process.kill(Number(entry), 'SIGKILL');
        killed += 1;
      } catch (error) {
        if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    return killed > 0;
  });
  return killed;
}
