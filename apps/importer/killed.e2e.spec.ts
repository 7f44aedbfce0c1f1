/** An import whose whole instance is killed: while the file is handed over, and while its rows are written. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { importShown } from '#apps/api/imports/import-schemas.js';
import { type KillableEngine, killableEngine } from '#testing/api/killable-engine.js';

type Shown = z.infer<typeof importShown>;

const ROWS = 12_000;
/** Every so many rows there is one without an address. */
const WRONG_EVERY = 50;
const PIECE = 200_000;

let engine: KillableEngine;
beforeAll(async () => {
  engine = await killableEngine();
}, 180_000);
afterAll(() => engine.end(), 60_000);

const isWrong = (row: number) => row % WRONG_EVERY === 0;
const file = Buffer.from(
  `email,note\n${Array.from({ length: ROWS }, (_, n) => `${isWrong(n) ? 'nobody' : `row-${n}@example.com`},${n}\n`).join('')}`,
);

async function announced(): Promise<Shown> {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const body = JSON.stringify({ format: 'csv', size: file.length, sha256 });
  return engine.askUntil<Shown>('/v1/imports', () => true, { method: 'POST', body });
}

/** One piece from where it stands; null when nobody took it. */
const give = ({ id, received }: Shown) =>
  engine.ask<Shown>(`/v1/imports/${id}/content?offset=${received}`, {
    method: 'PUT',
    body: file.subarray(received, received + PIECE),
    headers: { 'content-type': 'application/octet-stream' },
  });

it('goes on from where the file and its rows were, and has every row once and every reject', async () => {
  const { instance } = engine;
  let one = await announced();
  const id = one.id;
  one = (await give(one)) ?? one;
  expect(one).toMatchObject({ state: 'receiving', received: PIECE });
  await instance.kill();
  await instance.start();
  one = await announced();
  expect([one.id, one.state, one.received]).toEqual([id, 'receiving', PIECE]);
  while (one.state === 'receiving') one = (await give(one)) ?? (await announced());

  let done = 0;
  for (const share of [0.1, 0.4]) {
    const under = await engine.askUntil<Shown>(`/v1/imports/${id}`, ({ rows }) => rows > done && rows >= share * ROWS);
    expect(under.rows).toBeLessThan(ROWS);
    await instance.kill();
    await instance.start();
    done = under.rows;
  }
  const ended = await engine.askUntil<Shown>(
    `/v1/imports/${id}`,
    ({ state }) => state === 'finished' || state === 'failed',
  );
  const rejected = ROWS / WRONG_EVERY;
  const written = ROWS - rejected;
  expect(ended).toMatchObject({ state: 'finished', rows: ROWS, inputs: written, changed: written, rejected });

  const rejects = (await engine.askUntil<string>(`/v1/imports/${id}/rejects`, () => true)).trimEnd().split('\n');
  expect(rejects[0]).toBe('afterclick_line,afterclick_reason,email,note');
  // Line 1 is the header.
  const wrong = Array.from({ length: ROWS }, (_, n) => n).filter(isWrong);
  expect(rejects.slice(1).map((line) => line.split(',', 1)[0])).toEqual(wrong.map((n) => String(n + 2)));
  expect(rejects.slice(1).every((line, n) => line.endsWith(`,nobody,${wrong[n]}`))).toBe(true);

  const counted = await engine.database(async (client) => {
    const { rows } = await client.query(
      `select count(distinct contact_id)::int as contacts, count(*)::int as events from engine.event
       where type = 'attribute_set' and data ->> 'name' = 'note'`,
    );
    return rows[0];
  });
  expect(counted).toEqual({ contacts: written, events: written });
}, 300_000);
