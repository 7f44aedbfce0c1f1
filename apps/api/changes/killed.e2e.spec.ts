/** The feed over HTTP while the process that fills it is killed again and again, and its rows are rebuilt. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type KillableEngine, killableEngine } from '#testing/api/killable-engine.js';
import { until } from '#testing/until.js';

const LANES = 4;
const CONTACTS = 5;

let engine: KillableEngine;
beforeAll(async () => {
  engine = await killableEngine();
}, 180_000);
afterAll(() => engine.end(), 60_000);

/** Writes one contact after the other until it is told to stop; each write is repeated until it is taken. */
async function writing(lane: number, stop: AbortSignal, count: () => void): Promise<void> {
  for (let n = 0; !stop.aborted; n += 1) {
    const contacts = [n, n + 1].map((of) => ({
      ...{ email: `l${lane}-c${of % CONTACTS}@example.com`, set: { seats: n, note: `half ${Math.floor(n / 2)}` } },
    }));
    const init = { method: 'PUT', body: JSON.stringify({ contacts }), headers: { 'idempotency-key': `${lane}-${n}` } };
    await until(async () => {
      const answer = await engine.ask<{ results: readonly { state: string }[] }>('/v1/contacts', init);
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

it('misses nothing, tells nothing twice and keeps the order of each contact', async () => {
  const { instance, program, dataDir, env, database } = engine;
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
      const page = await engine.ask<Page>(`/v1/changes?limit=13${after}`);
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
  const rebuild = promisify(execFile)(process.execPath, [program, 'rebuild', 'all', '--data', dataDir], {
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
