import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { deriveId } from '#contracts/ids.js';
import { READ_MODELS } from '#contracts/read-models.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { projectionProbe } from './projection-probe.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('tells what waits for a replay, and that everything else goes on', async () => {
  const probe = projectionProbe(pool);
  expect(await probe.notes?.()).toEqual([]);
  const workspace = await createWorkspace(pool, memoryMasterKey(), 'acme');
  await pool.query(
    `insert into engine.projection_stuck (workspace_id, contact_id, version, event_id, error)
     select $1, c, 1, c, 'PoisonError' from unnest($2::uuid[]) as c`,
    [workspace?.id, [deriveId('ada'), deriveId('bob')]],
  );
  await pool.query("update read.model set version = 7 where name = 'contact'");
  await pool.query("insert into read.model values ('segment', 1)");
  expect(await probe.notes?.()).toEqual([
    `The read model contact has rows of version 7 and this process makes version ${READ_MODELS.contact}: run afterclick replay --all.`,
    'The read model segment is of a newer version: this process does not know it.',
    'Events of 2 contacts of workspace acme could not be projected; they stand still until: afterclick replay --workspace acme',
  ]);
  expect(await probe.troubles()).toEqual([]);
});
