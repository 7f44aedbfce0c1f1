/** The feed over HTTP while the process that fills it is killed again and again, and its rows are rebuilt. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { serverUrl } from '#adapters/postgres/embedded/server.js';
import { installed } from '#platform/runtime/installation.js';
import { Instance } from '#testing/chaos/instance.js';
import { temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

const LANES = 4;
const CONTACTS = 5;

const data = temporaryFolder();
const program = join(installed('bin'), 'afterclick.mjs');
const env = { AFTERCLICK_MASTER_KEY: randomBytes(32).toString('hex'), TZ: 'UTC' };
let instance: Instance;

beforeAll(async () => {
  const port = await freePort();
  instance = new Instance({
    ...{
      name: 'standalone',
      program,
      env,
      url: `http://127.0.0.1:${port}`,
      logFile: join(data.path, 'standalone.log'),
    },
    args: ['start', '--port', String(port), '--data', data.path],
  });
  await instance.start();
  // Written last, when everything of a start is there.
  await until(() => existsSync(join(data.path, 'instance.json')), 60_000);
}, 180_000);
afterAll(async () => {
  await instance.stop();
  data.remove();
}, 60_000);

const kept = (name: string) => readFileSync(join(data.path, name), 'utf8').trim();

/** Null while nobody answers, or is told to come again: the database is away, or a process died over the same request. */
async function ask<Body>(path: string, init: RequestInit = {}): Promise<Body | null> {
  const headers = { authorization: `Bearer ${kept('api.key')}`, 'content-type': 'application/json', ...init.headers };
  const answer = await fetch(instance.url + path, { ...init, headers, signal: AbortSignal.timeout(10_000) }).catch(
    () => null,
  );
  if (answer === null || answer.status === 503 || answer.headers.has('retry-after')) return null;
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  const text = await answer.text().catch(() => null);
  return text === null ? null : (JSON.parse(text) as Body);
}

/** Writes one contact after the other until it is told to stop; each write is repeated until it is taken. */
async function writing(lane: number, stop: AbortSignal, count: () => void): Promise<void> {
  for (let n = 0; !stop.aborted; n += 1) {
    const contacts = [n, n + 1].map((of) => ({
      ...{ email: `l${lane}-c${of % CONTACTS}@example.com`, set: { seats: n, note: `half ${Math.floor(n / 2)}` } },
    }));
    const init = { method: 'PUT', body: JSON.stringify({ contacts }), headers: { 'idempotency-key': `${lane}-${n}` } };
    await until(async () => {
      const answer = await ask<{ results: readonly { state: string }[] }>('/v1/contacts', init);
      for (const { state } of answer?.results ?? []) if (state === 'refused') throw new Error(`turn ${n} was refused`);
      return answer !== null;
    }, 120_000);
    count();
  }
}

interface Page {
  readonly items: readonly { readonly contactId: string; readonly version: number; readonly cause: { kind: string } }[];
  readonly next: string;
  readonly more: boolean;
}

async function database<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const plan = { port: Number(kept('postgres.port')), password: kept('postgres.password') };
  const client = new pg.Client({ connectionString: serverUrl(plan, 'afterclick') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

it('misses nothing, tells nothing twice and keeps the order of each contact', async () => {
  const stop = new AbortController();
  let written = 0;
  const lanes = Array.from({ length: LANES }, (_, lane) => writing(lane, stop.signal, () => (written += 1)));
  const more = async (count: number) => {
    const goal = written + count;
    await until(() => written >= goal, 120_000);
  };
  const seen: Page['items'][number][] = [];
  let ending = false;
  const reader = (async () => {
    for (let after = ''; ; ) {
      const last = ending;
      const page = await ask<Page>(`/v1/changes?limit=13${after}`);
      if (page === null) continue;
      seen.push(...page.items);
      after = `&after=${page.next}`;
      if (last && !page.more) return;
    }
  })();
  await more(20);
  for (const point of ['mid-batch', 'after-commit', 'before-batch'] as const) {
    await instance.reaches(point, { of: 'projection' });
    await instance.kill();
    await instance.start();
    await more(10);
  }
  const rebuild = promisify(execFile)(process.execPath, [program, 'rebuild', 'all', '--data', data.path], {
    env: { ...process.env, ...env },
  });
  await rebuild;
  await more(5);
  stop.abort();
  await Promise.all(lanes);
  await until(
    () =>
      database(async (client) => {
        const { rows } = await client.query(
          'select (select count(*) from engine.event) as decided, (select count(*) from read.timeline) as projected',
        );
        return rows[0].decided === rows[0].projected;
      }),
    60_000,
  );
  ending = true;
  await reader;

  const versions = new Map<string, number>();
  for (const { contactId, version } of seen) {
    expect(version).toBeGreaterThan(versions.get(contactId) ?? 0);
    versions.set(contactId, version);
  }
  const { rows } = await database((client) =>
    client.query<{ key: string }>(
      `select contact_id || '/' || version as key from read.timeline where changed is not null`,
    ),
  );
  expect(seen.map(({ contactId, version }) => `${contactId}/${version}`).sort()).toEqual(
    rows.map(({ key }) => key).sort(),
  );
  expect(seen.filter(({ cause }) => cause.kind === 'rebuild')).toEqual([]);
}, 400_000);
