import { decisionStoreConformance } from '#testing/decision/conformance.js';
import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
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

decisionStoreConformance('in Postgres', async () => {
  await world.clear();
  return world;
});
