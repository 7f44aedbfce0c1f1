import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { parkedProbe } from './parked-probe.js';

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

it('says of which workspaces something is parked, and how much up to a number', async () => {
  const probe = parkedProbe(pool);
  const [few, many] = [
    await createWorkspace(pool, memoryMasterKey(), 'few'),
    await createWorkspace(pool, memoryMasterKey(), 'many'),
  ];
  await createWorkspace(pool, memoryMasterKey(), 'none');
  const park = (workspaceId: string | undefined, inputs: number, from: number) =>
    pool.query(
      `insert into engine.parked (topic, partition, position, workspace_id, contact_id, id, type, v, at, data, reason)
       select 'engagements.g1', 0, $3::int + n, $1, gen_random_uuid(), gen_random_uuid(), 'engagement', 1, now(), '{}', 'poison'
       from generate_series(1, $2::int) n`,
      [workspaceId, inputs, from],
    );
  expect(await probe.notes?.()).toEqual([]);
  await park(few?.id, 3, 0);
  await park(many?.id, 1_200, 10);
  await pool.query(`update engine.parked set state = 'replayed' where position = 1`);
  expect(await probe.troubles()).toEqual([]);
  expect(await probe.notes?.()).toEqual([
    '2 inputs of workspace few are parked, and nothing is sent to their contacts: see afterclick parked list.',
    '1000 or more inputs of workspace many are parked, and nothing is sent to their contacts: see afterclick parked list.',
  ]);
});
