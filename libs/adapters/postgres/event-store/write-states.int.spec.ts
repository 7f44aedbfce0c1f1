import type pg from 'pg';
import { deriveId } from '#contracts/ids.js';
import { FencedError } from '#engine/log/errors.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { writeStates } from './write-states.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ref = { workspaceId: deriveId('workspace'), contactId: deriveId('contact') };
const save = (loaded: number | null, version: number) =>
  inTransaction(pool, (tx) =>
    writeStates(tx, { keys: [], states: [{ ...ref, loaded, version, recordedAt: 1_000, sealed: Buffer.of(version) }] }),
  );
const makeKey = (wrapped: Buffer) =>
  inTransaction(pool, (tx) => writeStates(tx, { keys: [{ ...ref, wrapped }], states: [] }));

it('a state is saved over the version it was loaded with, and over no other', async () => {
  await save(null, 1);
  await save(1, 3);
  for (const [loaded, version] of [
    [1, 2],
    [4, 5],
    [null, 1],
  ] as const)
    await expect(save(loaded, version)).rejects.toThrow(FencedError);
  const { rows } = await pool.query('select version, sealed from engine.contact_state');
  expect(rows).toEqual([{ version: 3, sealed: Buffer.of(3) }]);
});

it('a contact has one key: whoever comes second lets go', async () => {
  await makeKey(Buffer.from('first'));
  await expect(makeKey(Buffer.from('second'))).rejects.toThrow(FencedError);
  const { rows } = await pool.query('select wrapped from sealing.contact_key');
  expect(rows).toEqual([{ wrapped: Buffer.from('first') }]);
});
