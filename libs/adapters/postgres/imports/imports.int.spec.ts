import { randomBytes } from 'node:crypto';
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { deriveId } from '#contracts/ids.js';
import { NOTHING_YET } from '#engine/imports/progress.js';
import { FencedError } from '#engine/log/errors.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool, type Pool } from '../pool.js';
import { createWorkspace } from '../registry/workspaces.js';
import { ImportRun, releaseImport, takeImport } from './import-runs.js';
import { PostgresImports } from './imports.js';
import { trimImports } from './retention.js';

let database: TestDatabase;
let pool: Pool;
let master: MasterKey;
let imports: PostgresImports;
let workspaceId: string;
let made = 0;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 4 });
  master = await loadMasterKey({ dataDir: '/nowhere', configured: randomBytes(32).toString('hex') });
  imports = new PostgresImports(pool, master);
  workspaceId = (await createWorkspace(pool, master, 'imports'))!.id;
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function create(size: number): Promise<string> {
  const id = deriveId('import', ++made);
  const wish = { format: 'csv', dryRun: true } as const;
  expect(await imports.create({ workspaceId, id, kind: 'contacts', sourceId: null, wish, size })).toBe(true);
  return id;
}

async function whole(text: string): Promise<string> {
  const id = await create(text.length);
  await imports.add(workspaceId, id, 0, Buffer.from(text));
  return id;
}

it('takes a file piece by piece, each once and in order, and says where to go on', async () => {
  const id = await create(10);
  expect(
    await imports.create({ workspaceId, id, kind: 'contacts', sourceId: null, wish: { format: 'csv' }, size: 9 }),
  ).toBe(false);
  expect(await imports.add(workspaceId, id, 0, Buffer.from('email\n'))).toEqual({ received: 6 });
  expect(await imports.add(workspaceId, id, 0, Buffer.from('email\n'))).toEqual({ why: 'offset', received: 6 });
  expect(await imports.add(workspaceId, id, 6, Buffer.from('a@x.org'))).toEqual({ why: 'too_long', received: 6 });
  expect(await takeImport(pool, 'me')).toBeNull();
  expect(await imports.add(workspaceId, id, 6, Buffer.from('a@x.'))).toEqual({ received: 10 });
  expect(await imports.add(workspaceId, id, 10, Buffer.from('o'))).toEqual({ why: 'complete' });
  expect(await imports.add(workspaceId, deriveId('none'), 0, Buffer.from('o'))).toEqual({ why: 'unknown' });
  const pieces: Buffer[] = [];
  for await (const piece of imports.content(workspaceId, id)) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe('email\na@x.');
  expect(await imports.one(workspaceId, id)).toMatchObject({ state: 'waiting', received: 10, wish: { dryRun: true } });
  expect(await imports.one(deriveId('another workspace'), id)).toBeNull();
  const fence = await takeImport(pool, 'me');
  expect(fence).toMatchObject({ id, epoch: 1, tries: 1 });
  await new ImportRun(pool, master, fence!).end('finished', {});
});

it('is run by one process at a time; what another one left goes on where it was', async () => {
  const id = await whole('email\na@x.org\n');
  const first = (await takeImport(pool, 'first'))!;
  expect(await takeImport(pool, 'second')).toBeNull();
  const run = new ImportRun(pool, master, first);
  await run.tell({ delimiter: ',' });
  await run.save({ ...NOTHING_YET, rows: 500, rejected: 1 }, [{ line: 7, reason: 'no address', raw: 'Ada;7' }]);
  await pool.query(`update imports.import set leased_until = clock_timestamp() - interval '1 s' where id = $1`, [id]);
  const second = (await takeImport(pool, 'second'))!;
  expect(second).toMatchObject({ id, epoch: 2, tries: 1 });
  await expect(run.save({ ...NOTHING_YET, rows: 1_000 }, [])).rejects.toThrow(FencedError);
  await expect(run.end('finished', {})).rejects.toThrow(FencedError);
  expect(await run.renew()).toBe(false);
  const next = new ImportRun(pool, master, second);
  expect(await imports.one(workspaceId, id)).toMatchObject({
    counts: { rows: 500, rejected: 1 },
    about: { delimiter: ',' },
  });
  await next.save({ ...NOTHING_YET, rows: 900, rejected: 2 }, [{ line: 502, reason: 'no address', raw: 'Bo;8' }]);
  await next.end('finished', { delimiter: ';' });
  const rejects = [];
  for await (const part of imports.rejects(workspaceId, id)) rejects.push(...part);
  expect(rejects.map(({ line }) => line)).toEqual([7, 502]);
  for await (const piece of imports.content(workspaceId, id)) throw new Error(`still there: ${piece.length}`);
  expect(await imports.one(workspaceId, id)).toMatchObject({ state: 'finished', about: { delimiter: ';' } });
});

it('counts tries that came to nothing, and not those that were given back without blame', async () => {
  await whole('email\n');
  const first = (await takeImport(pool, 'me'))!;
  await releaseImport(pool, first, true);
  const again = (await takeImport(pool, 'me'))!;
  expect(again.tries).toBe(1);
  await releaseImport(pool, again, false);
  const third = (await takeImport(pool, 'me'))!;
  expect(third.tries).toBe(2);
  await new ImportRun(pool, master, third).end('failed', { error: 'no such column' });
});

it('keeps nothing of the file in clear, and after its time nothing at all', async () => {
  const id = await whole('email\nveryunlikely@example.com\n');
  const { rows } = await pool.query('select sealed from imports.part where import_id = $1', [id]);
  expect(rows[0].sealed.includes('veryunlikely')).toBe(false);
  const run = new ImportRun(pool, master, (await takeImport(pool, 'me'))!);
  await run.save({ ...NOTHING_YET, rows: 1 }, [{ line: 2, reason: 'no', raw: 'veryunlikely@example.com' }]);
  await run.end('finished', { samples: [{ email: 'veryunlikely@example.com' }] });
  expect(await trimImports(pool, Date.now() + 60_000)).toBe(4);
  expect(await trimImports(pool, Date.now() + 60_000)).toBe(0);
  const left = await pool.query(
    'select i.key_wrapped, i.about, p.at from imports.import i left join imports.part p on true',
  );
  expect(left.rows.every((row) => row.key_wrapped === null && row.about === null && row.at === null)).toBe(true);
  expect(await imports.one(workspaceId, id)).toMatchObject({ state: 'finished', about: {} });
});
