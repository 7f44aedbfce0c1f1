import type pg from 'pg';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { project, record } from '#testing/contact-events/recorded.js';
import { engage, tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../../pool.js';
import { onOneConnection } from '../replay/connection.js';
import { vectorOf } from '../replay/stored-events.js';
import { READ } from '../tables.js';
import { Building, tableNames } from './building.js';
import { makeIndexes, makeTables } from './next-tables.js';
import { builtFor } from './next-unit.js';

const ALL = new Set(Object.keys(READ_MODELS) as ReadModelName[]);
const { signal } = new AbortController();

let database: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 6 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

async function rowsIn(schema: string, names: readonly string[]): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const name of names) {
    const found = await pool.query<{ row: string }>(`select t::text as row from ${schema}.${name} t order by 1`);
    all[name] = found.rows.map(({ row }) => row);
  }
  return all;
}

/** Filled up to where the projection stands, then brought to where `onwards` has it stand. */
async function built(
  lane: EventLane,
  wanted: ReadonlySet<ReadModelName>,
  ...onwards: readonly (() => Promise<void>)[]
): Promise<Building> {
  return onOneConnection(pool, (client) =>
    onOneConnection(pool, async (reader) => {
      const models = builtFor(wanted);
      const building = new Building({ client, reader, keys: lane, models, signal });
      await makeTables(client, tableNames(models));
      building.at = { vector: await vectorOf(client), stood: new Map() };
      await building.fill(lane.workspaceId, () => undefined);
      for (const name of tableNames(models)) await makeIndexes(client, name);
      for (const go of onwards) {
        await go();
        await building.follow(await vectorOf(client), client);
      }
      return building;
    }),
  );
}

it('goes on from where it stands: each event is read once, however long the history of its contact', async () => {
  const lane = tellStory();
  for (let n = 0; n < 600; n += 1) engage(lane, `c${n % 5}`, n % 2 === 0 ? 'opened' : 'clicked');
  tellStory(lane);
  await record(pool, lane.rows);
  await project(pool, lane, 7);
  const steps = [12, 20, 300, 301, lane.rows.length];
  const building = await built(lane, ALL, ...steps.map((to) => () => project(pool, lane, to)));
  const names = Object.values(READ).map(({ name }) => name);
  expect(await rowsIn('read_next', names)).toEqual(await rowsIn('read', names));
  expect(building.events).toBe(lane.rows.length);
});

it.each([...ALL])('%s alone goes on as well', async (model) => {
  const lane = tellStory();
  await record(pool, lane.rows);
  await project(pool, lane, 5);
  await built(lane, new Set([model]), () => project(pool, lane));
  const names = tableNames(new Set([model]));
  expect(await rowsIn('read_next', names)).toEqual(await rowsIn('read', names));
});

it('folds a contact anew that had stood still, and counts of it what was not counted', async () => {
  const lane = new EventLane();
  for (let n = 0; n < 6; n += 1) engage(lane, 'still', 'opened');
  await record(pool, lane.rows);
  const { workspaceId, contactId, id } = lane.rows[2]!;
  const set = 'insert into engine.projection_stuck (workspace_id, contact_id, version, event_id, error) values';
  await project(pool, lane, 2);
  await pool.query(`${set} ($1, $2, 3, $3, 'PoisonError')`, [workspaceId, contactId, id]);
  await project(pool, lane, 5);
  await built(lane, ALL, async () => {
    await pool.query('delete from engine.projection_stuck');
    await pool.query('update log.checkpoint set next = 2');
    await project(pool, lane);
  });
  const names = Object.values(READ).map(({ name }) => name);
  expect(await rowsIn('read_next', names)).toEqual(await rowsIn('read', names));
});
