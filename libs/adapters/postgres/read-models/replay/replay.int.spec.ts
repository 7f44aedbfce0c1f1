import type pg from 'pg';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import * as recorded from '#testing/contact-events/recorded.js';
import { engage, tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresCheckpoints } from '../../log/checkpoints.js';
import { createPool } from '../../pool.js';
import { PostgresProjectionStore } from '../store.js';
import { READ } from '../tables.js';
import { replayReadModels } from './replay.js';

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
afterEach(() =>
  pool.query(`truncate log.checkpoint, engine.event, engine.contact_state, engine.projection_vector, engine.projection_stuck, read.contact,
    read.contact_tag, read.contact_search, read.timeline, read.enrollment, read.suppression, read.effect, read.notification, read.rule_counter, read.source_counter`),
);

const record = (rows: readonly ContactEventRow[]) => recorded.record(pool, rows);
const project = (lane: EventLane, to?: number) => recorded.project(pool, lane, to);

async function rows(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of Object.values(READ)) {
    const found = await pool.query<{ row: string }>(`select t::text as row from read.${name} t order by 1`);
    all[name] = found.rows.map(({ row }) => row);
  }
  return all;
}

async function told(): Promise<EventLane> {
  const lane = tellStory();
  await record(lane.rows);
  await project(lane);
  return lane;
}

it('verifies that the read models are what the events give, to the byte', async () => {
  const lane = await told();
  const before = await rows();
  const report = await replayReadModels(pool, lane, { workspaceId: lane.workspaceId, verify: true });
  expect(report).toEqual({
    contacts: 4,
    events: lane.rows.length,
    totalContacts: 4,
    differenceCount: 0,
    differences: [],
    unreadable: [],
  });
  expect(await rows()).toEqual(before);
});

it('finds every row that was touched, and says where without its values', async () => {
  const lane = await told();
  const { workspaceId } = lane;
  await pool.query("update read.contact set score = 99, email = 'wrong@example.com' where email = 'ada@example.com'");
  await pool.query("delete from read.timeline where type = 'linked'");
  await pool.query('update read.rule_counter set count = count + 1 where measure = $1', ['fired']);
  await pool.query(`insert into read.contact_tag values ('${workspaceId}', 'ghost', '${lane.contact('nobody')}')`);
  const report = await replayReadModels(pool, lane, { workspaceId, verify: true });
  const ada = { contact_id: lane.contact('ada') };
  expect(report.differenceCount).toBe(4);
  expect(report.differences).toEqual(
    expect.arrayContaining([
      { model: 'contact', kind: 'changed', key: ada, columns: ['email', 'score'] },
      { model: 'contact_tag', kind: 'extra', key: { tag: 'ghost', contact_id: lane.contact('nobody') }, columns: [] },
      { model: 'timeline', kind: 'missing', key: expect.objectContaining({ version: '2' }), columns: [] },
      {
        model: 'rule_counter',
        kind: 'changed',
        key: expect.objectContaining({ measure: 'fired' }),
        columns: ['count'],
      },
    ]),
  );
  expect(JSON.stringify(report)).not.toContain('example.com');
});

it('puts deleted and touched read models right in place, and leaves other workspaces alone', async () => {
  const lane = await told();
  const other = new EventLane('00000000-0000-8000-8000-00000000000f', 1);
  tellStory(other);
  await record(other.rows);
  await project(other);
  const before = await rows();
  for (const { name } of Object.values(READ))
    await pool.query(`delete from read.${name} where workspace_id = $1`, [lane.workspaceId]);
  await pool.query(`insert into read.contact_tag values ('${lane.workspaceId}', 'ghost', '${lane.contact('nobody')}')`);
  const seen: number[] = [];
  const report = await replayReadModels(pool, lane, {
    workspaceId: lane.workspaceId,
    onProgress: ({ contacts, totalContacts }) => seen.push(contacts / totalContacts),
  });
  expect(await rows()).toEqual(before);
  expect(seen.at(-1)).toBe(1);
  const found = Object.values(before)
    .flat()
    .filter((row) => row.includes(lane.workspaceId)).length;
  expect(report.differenceCount).toBe(found + 1);
  const again = await replayReadModels(pool, lane, { workspaceId: lane.workspaceId });
  expect(again).toMatchObject({ differenceCount: 0, differences: [] });
  expect(await rows()).toEqual(before);
});

it('reads no further than the live projection, which then goes on', async () => {
  const lane = tellStory();
  await record(lane.rows);
  await project(lane, 12);
  const before = await rows();
  const { workspaceId } = lane;
  expect(await replayReadModels(pool, lane, { workspaceId, verify: true })).toMatchObject({
    events: 12,
    differenceCount: 0,
  });
  expect(await replayReadModels(pool, lane, { workspaceId })).toMatchObject({ events: 12, differenceCount: 0 });
  expect(await rows()).toEqual(before);
  await project(lane);
  expect(await replayReadModels(pool, lane, { workspaceId, verify: true })).toMatchObject({ differenceCount: 0 });
});

it('goes on side by side with the live projection', async () => {
  const lane = new EventLane();
  for (let n = 0; n < 1_500; n += 1) engage(lane, `c${n % 700}`, n % 2 === 0 ? 'opened' : 'clicked');
  await record(lane.rows);
  await project(lane, 100);
  const { workspaceId } = lane;
  const live = (async () => {
    for (let to = 200; to <= 1_500; to += 100) await project(lane, to);
  })();
  const replay = replayReadModels(pool, lane, { workspaceId });
  await Promise.all([live, replay]);
  expect((await replay).differenceCount).toBe(0);
  expect(await replayReadModels(pool, lane, { workspaceId, verify: true })).toMatchObject({
    contacts: 700,
    events: 1_500,
    differenceCount: 0,
  });
}, 60_000);

it('brings a contact back that stood still, once its event opens', async () => {
  const lane = tellStory();
  await record(lane.rows);
  const { workspaceId } = lane;
  const first = lane.rows[2]!;
  await pool.query('update engine.event set pii = $1 where id = $2', [Buffer.alloc(64), first.id]);
  const checkpoints = new PostgresCheckpoints(pool);
  const projector = new BatchProjector(new PostgresProjectionStore(pool, checkpoints), lane);
  const { fence } = (await checkpoints.take('projection', 'contact-events.g1', 0, 'me'))!;
  const { signal } = new AbortController();
  const part = (from: number, to: number) => ({
    fence,
    first: from,
    next: to,
    records: lane.records(from, to),
    attempt: 0,
    signal,
  });
  await projector.project(part(0, 2));
  await projector.setAside(part(2, 3), new TypeError('who knows'));
  await projector.project(part(3, lane.rows.length));
  const still = await replayReadModels(pool, lane, { workspaceId });
  expect(still.unreadable).toEqual([expect.objectContaining({ eventId: first.id, error: 'PoisonError' })]);
  expect((await pool.query('select event_id, error from engine.projection_stuck')).rows).toEqual([
    { event_id: first.id, error: 'PoisonError' },
  ]);
  expect(still.differenceCount).toBe(0);
  await pool.query('update engine.event set pii = $1 where id = $2', [first.pii, first.id]);
  expect((await replayReadModels(pool, lane, { workspaceId })).unreadable).toEqual([]);
  expect((await pool.query('select 1 from engine.projection_stuck')).rows).toEqual([]);
  expect(await replayReadModels(pool, lane, { workspaceId, verify: true })).toMatchObject({
    differenceCount: 0,
    unreadable: [],
  });
});

it('ends when it is told to', async () => {
  const lane = await told();
  const stop = AbortSignal.abort(new Error('enough'));
  await expect(replayReadModels(pool, lane, { workspaceId: lane.workspaceId, signal: stop })).rejects.toThrow('enough');
  expect(await replayReadModels(pool, lane, { workspaceId: lane.workspaceId, verify: true })).toMatchObject({
    differenceCount: 0,
  });
});
