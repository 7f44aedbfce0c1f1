import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
import { timersConformance } from '#testing/decision/timers-conformance.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';

let database: TestDatabase;
let world: PostgresWorld;

beforeAll(async () => {
  database = await testDatabase();
  world = await postgresWorld(database.url);
}, 60_000);
afterAll(async () => {
  await world.close();
  await database.drop();
});

timersConformance('in Postgres', async () => {
  await world.clear();
  await world.pool.query('update engine.timer_firing set owner = null, leased_until = null');
  return { ...world };
});
