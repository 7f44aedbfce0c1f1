import { readLibrary } from '#domain/rules/library.js';
import { type PublishingParts, publicationStatus, publish } from '#engine/publishing/publish.js';
import { Driver } from '#testing/decision/driver.js';
import { ENGAGEMENTS, T0 } from '#testing/decision/engagements.js';
import { type PostgresWorld, postgresWorld } from '#testing/decision/postgres-world.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresOutbox } from '../outbox/outbox.js';
import { PostgresPublications, PUBLICATIONS_LANE } from './publications.js';
import { PostgresRulesRegistry } from './registry.js';

let database: TestDatabase;
let world: PostgresWorld;
let outbox: PostgresOutbox;
let parts: PublishingParts;

beforeAll(async () => {
  database = await testDatabase();
  world = await postgresWorld(database.url);
  outbox = new PostgresOutbox(world.pool);
  const publications = new PostgresPublications(world.pool, outbox);
  parts = { publications, topic: ENGAGEMENTS, partitions: 2, now: () => T0 };
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const rule = (name: string, tag: string) => ({
  path: `rules/${name}.yaml`,
  text: `rule: ${name}\non: clicked\nthen:\n  - add_tag: ${tag}\n`,
});
const publishing = (...files: { path: string; text: string }[]) =>
  publish(parts, readLibrary, world.workspaceIds[0], files, { author: 'ops' });

it('gives numbers without gaps to publishers at once, and what is published can be judged', async () => {
  await publishing(rule('hot', 'a'));
  const both = await Promise.all([publishing(rule('hot', 'b')), publishing(rule('cold', 'c'))]);
  expect(both.map((one) => one.outcome)).toEqual(['published', 'published']);
  const latest = await parts.publications.latest(world.workspaceIds[0]);
  expect(latest).toMatchObject({
    number: 3,
    author: 'ops',
    rules: [
      { rule: 'cold', version: 1 },
      { rule: 'hot', version: 2 },
    ],
  });
  const sources = await new PostgresRulesRegistry(world.pool).sources(world.workspaceIds[0], [
    { rule: 'hot', version: 2 },
  ]);
  expect(sources).toMatchObject([
    { rule: 'hot', version: 2, yaml: rule('hot', 'b').text, templates: {}, attributes: {} },
  ]);
});

it('is in force on a partition once its input was decided there', async () => {
  const driver = new Driver(world, 2);
  const inputs = await outbox.read(PUBLICATIONS_LANE, 0, 100);
  expect(inputs).toHaveLength(6);
  for (const { partition = 0, ...input } of inputs) driver.append({ ...input, ...driver.end(partition) });
  expect(await publicationStatus(parts, world.workspaceIds[0])).toMatchObject({ inForce: 0, of: 2 });
  const first = await driver.batch(0);
  await driver.handlers.onBatch(first);
  driver.moved(first);
  expect(await publicationStatus(parts, world.workspaceIds[0])).toMatchObject({ inForce: 1, of: 2 });
  await driver.run();
  expect(await publicationStatus(parts, world.workspaceIds[0])).toMatchObject({ inForce: 2, of: 2 });
  const registry = new PostgresRulesRegistry(world.pool);
  const inForce = await registry.inForce(world.workspaceIds[0], ENGAGEMENTS, 1, 2);
  expect(inForce.number).toBe(2);
});

it('knows no other workspace', async () => {
  expect(await parts.publications.latest(world.workspaceIds[1])).toBeNull();
  await expect(publish(parts, readLibrary, '00000000-0000-8000-8000-000000000009', [rule('hot', 'a')])).rejects.toThrow(
    'there is no workspace',
  );
});
