import fc from 'fast-check';
import type pg from 'pg';
import { READ_MODELS } from '#contracts/read-models.js';
import { FencedError } from '#engine/log/errors.js';
import type { Batch, Fence } from '#engine/log/log.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import { MemoryProjectionStore } from '#engine/projection/memory-store.js';
import { anyLane } from '#testing/contact-events/arbitrary.js';
import { DELIVERY, tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresCheckpoints } from '../log/checkpoints.js';
import { createPool } from '../pool.js';
import { markModels, staleModels } from './models.js';
import { PostgresProjectionStore } from './store.js';
import { READ } from './tables.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 4 });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await database.drop();
});
const empty = () =>
  pool.query(`truncate log.checkpoint, engine.projection_vector, engine.projection_stuck, read.contact, read.contact_tag, read.contact_search,
    read.timeline, read.enrollment, read.suppression, read.effect, read.notification, read.rule_counter, read.source_counter`);
afterEach(empty);

async function take(partition = 0): Promise<Fence> {
  const taken = await new PostgresCheckpoints(pool).take('projection', 'contact-events.g1', partition, 'me');
  if (!taken) throw new Error('not taken');
  return taken.fence;
}

function batch(fence: Fence, lane: EventLane, first: number, next: number): Batch {
  const { signal } = new AbortController();
  return { fence, first, next, records: lane.records(first, next), attempt: 0, signal };
}

async function project(lane: EventLane, size: number): Promise<void> {
  const projector = new BatchProjector(new PostgresProjectionStore(pool, new PostgresCheckpoints(pool)), lane);
  const fence = await take(lane.partition);
  for (let first = 0; first < lane.rows.length; first += size)
    await projector.project(batch(fence, lane, first, Math.min(first + size, lane.rows.length)));
}

/** All rows of the read schema as text, by table. */
async function rows(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of Object.values(READ)) {
    const found = await pool.query<{ row: string }>(`select t::text as row from read.${name} t order by 1`);
    all[name] = found.rows.map(({ row }) => row);
  }
  return all;
}

/** What the memory store holds after the same events. */
async function inMemory(lane: EventLane): Promise<MemoryProjectionStore> {
  const store = new MemoryProjectionStore();
  const fence = { group: 'projection', topic: 'contact-events.g1', partition: lane.partition, epoch: 1 };
  await new BatchProjector(store, lane).project(batch(fence, lane, 0, lane.rows.length));
  return store;
}

/** The pure fold's rows of each table, and the table's, each in one order. */
async function bothSides(lane: EventLane): Promise<[unknown, unknown]> {
  const store = await inMemory(lane);
  const expected = {
    contact: store.contacts,
    contactSearch: store.searches,
    timeline: store.timeline,
    enrollment: store.enrollments,
    suppression: store.suppressions,
    effect: store.effects,
    notification: store.notifications,
    ruleCounter: store.ruleCounts,
    sourceCounter: store.sourceCounts,
  } as const;
  const sorted = (list: readonly unknown[]) => list.map((row) => JSON.stringify(sortedKeys(row))).sort();
  const given: Record<string, string[]> = {};
  const found: Record<string, string[]> = {};
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    const { selected, schema, name: table } = READ[name];
    given[name] = sorted([...expected[name].values()]);
    found[name] = sorted((await pool.query(`select ${selected} from ${schema}.${table} t`)).rows);
  }
  const tags = await pool.query<{ key: string }>(
    `select workspace_id::text || contact_id || ' ' || tag as key from read.contact_tag`,
  );
  found['tags'] = tags.rows.map(({ key }) => key).sort();
  given['tags'] = [...store.tags].sort();
  return [found, given];
}

it('holds what the pure fold gives, row by row', async () => {
  const lane = tellStory();
  await project(lane, 4);
  const [found, given] = await bothSides(lane);
  expect(found).toEqual(given);
});

it('holds what the pure fold gives, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(anyLane(40), fc.integer({ min: 1, max: 50 }), async (lane, size) => {
      await empty();
      await project(lane, size);
      const [found, given] = await bothSides(lane);
      expect(found).toEqual(given);
    }),
    { numRuns: 25 },
  );
}, 60_000);

it.each([1, 3, 1000])('holds the same rows to the byte in batches of %d, and after a repeat', async (size) => {
  const lane = tellStory();
  await project(lane, 5);
  const once = await rows();
  await pool.query('update log.checkpoint set next = 0');
  await project(lane, size);
  expect(await rows()).toEqual(once);
  const { rows: vector } = await pool.query('select lane, next from engine.projection_vector');
  expect(vector).toEqual([{ lane: lane.lane, next: lane.rows.length }]);
});

it('writes nothing when the partition is another’s', async () => {
  const lane = tellStory();
  const stale = await take();
  await take();
  const projector = new BatchProjector(new PostgresProjectionStore(pool, new PostgresCheckpoints(pool)), lane);
  await expect(projector.project(batch(stale, lane, 0, 5))).rejects.toThrow(FencedError);
  expect((await rows())['timeline']).toEqual([]);
});

it('clears an erased contact to what a replay of it gives', async () => {
  const lane = tellStory();
  await project(lane, 1000);
  lane.erase('ada');
  lane.erase('bob');
  const { length } = lane.rows;
  for (const name of ['ada', 'bob'])
    lane.add(name, { type: 'score_added', data: { by: { command: true }, points: 1 }, pii: null });
  const projector = new BatchProjector(new PostgresProjectionStore(pool, new PostgresCheckpoints(pool)), lane);
  await projector.project(batch(await take(), lane, length, lane.rows.length));
  const live = await rows();
  expect(JSON.stringify(live)).not.toMatch(/ada@|bob@|olga|is hot|hooks\.example/);
  expect(JSON.stringify(live)).toContain(DELIVERY);
  await empty();
  await project(lane, 1000);
  expect(live).toEqual(await rows());
});

it('keeps lanes apart: two partitions write the same counters side by side', async () => {
  const one = tellStory();
  const two = new EventLane(one.workspaceId, 1);
  two.add('eve', { type: 'rule_fired', data: { rule: 'hot-lead', version: 2, engine: '1' }, pii: { values: {} } });
  await Promise.all([project(one, 3), project(two, 1)]);
  const daily = await pool.query(
    'select rule, version, fired, held, failed, effects from read.rule_daily order by rule',
  );
  expect(daily.rows).toEqual([
    { rule: 'broken', version: 1, fired: 0, held: 0, failed: 1, effects: 0 },
    { rule: 'hot-lead', version: 2, fired: 3, held: 1, failed: 0, effects: 2 },
  ]);
  const lanes = await pool.query("select lane from read.rule_counter where measure = 'fired' order by lane");
  expect(lanes.rows).toEqual([{ lane: one.lane }, { lane: two.lane }]);
});

it('tells models whose rows another version of the fold made', async () => {
  expect(await staleModels(pool)).toEqual([]);
  await pool.query("update read.model set version = 7 where name = 'contact'");
  await pool.query("insert into read.model values ('segment', 1)");
  expect(await staleModels(pool)).toEqual([
    { name: 'contact', stored: 7, expected: READ_MODELS.contact },
    { name: 'segment', stored: 1, expected: null },
  ]);
  await pool.query("delete from read.model where name = 'segment'");
  await markModels(pool);
  expect(await staleModels(pool)).toEqual([]);
});

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sortedKeys(member)]),
  );
}
