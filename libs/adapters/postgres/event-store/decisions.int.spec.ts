import { linkProperties } from '#testing/decision/link-properties.js';
import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
import { decisionProperties } from '#testing/decision/properties.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';

let database: TestDatabase;
let world: PostgresWorld;

beforeAll(async () => {
  database = await testDatabase();
  world = await postgresWorld(database.url, Date.UTC(2026, 4, 1));
}, 60_000);
afterAll(async () => {
  await world.close();
  await database.drop();
});

decisionProperties('in Postgres', 25, async () => {
  await world.clear();
  return { ...world };
});

linkProperties('in Postgres', 25, async () => {
  await world.clear();
  return { ...world };
});
