import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool, type Pool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { PostgresCheckpoints } from './checkpoints.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', statementTimeoutMs: 2_000 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('a partition whose batch still runs is not to be had, and whoever asks does not wait for it', async () => {
  const checkpoints = new PostgresCheckpoints(pool, 0);
  const fence = (await checkpoints.take('rules', 'engagements.g1', 0, 'old'))!.fence;
  await inTransaction(pool, async (tx) => {
    await checkpoints.advance(tx, fence, 0, 5);
    expect(await checkpoints.take('rules', 'engagements.g1', 0, 'young')).toBeNull();
    expect(await checkpoints.take('rules', 'engagements.g1', 0, 'old')).toBeNull();
    expect(await checkpoints.take('rules', 'engagements.g1', 1, 'young')).toMatchObject({ next: 0, tries: 1 });
  });
  expect(await checkpoints.take('rules', 'engagements.g1', 0, 'young')).toMatchObject({ next: 5, tries: 1 });
});

it('one of two that ask for a partition nobody ever had gets it', async () => {
  const checkpoints = new PostgresCheckpoints(pool);
  const asked = await Promise.all(['a', 'b', 'c'].map((owner) => checkpoints.take('new', 'engagements.g1', 0, owner)));
  expect(asked.filter((taken) => taken !== null)).toMatchObject([{ next: 0, tries: 1, fence: { epoch: 1 } }]);
});
