import pg from 'pg';
import { type TestDatabase, testDatabase } from './postgres.js';

const made: TestDatabase[] = [];

afterAll(() => Promise.all(made.map((database) => database.drop())));

async function tables(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query("select count(*)::int as n from pg_tables where schemaname in ('log', 'engine')");
    return found.rows[0].n;
  } finally {
    await client.end();
  }
}

it('gives each suite a migrated database of its own on one server', async () => {
  made.push(...(await Promise.all([testDatabase(), testDatabase(), testDatabase({ empty: true })])));
  const [one, two, empty] = made as [TestDatabase, TestDatabase, TestDatabase];
  expect(one.name).not.toBe(two.name);
  expect(new URL(one.url).host).toBe(new URL(two.url).host);
  expect(await tables(one.url)).toBeGreaterThan(3);
  expect(await tables(empty.url)).toBe(0);
});
