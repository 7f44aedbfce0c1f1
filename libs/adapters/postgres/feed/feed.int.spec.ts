import fc from 'fast-check';
import type pg from 'pg';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import { project, record } from '#testing/contact-events/recorded.js';
import { engage, hotLead, tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresCheckpoints } from '../log/checkpoints.js';
import { createPool } from '../pool.js';
import { rebuildReadModels } from '../read-models/rebuild/rebuild.js';
import { replayReadModels } from '../read-models/replay/replay.js';
import { PostgresProjectionStore } from '../read-models/store.js';
import { type FeedChange, type FeedPlace, feedEnd, readChanges } from './read.js';
import { trimChanges } from './retention.js';

const ALL = Object.keys(READ_MODELS) as ReadModelName[];
const DAY = 86_400_000;

let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 10 });
}, 60_000);
afterEach(async () => {
  await pool.end();
  await database.drop();
});

/** A lane of contacts of its own: events that change them, and some that do not. */
function busyLane(partition: number, events: number): EventLane {
  const lane = new EventLane(undefined, partition);
  for (let n = 0; n < events; n += 1) {
    const name = `p${partition}c${n % 5}`;
    if (n % 4 === 3)
      lane.add(name, { type: 'score_added', data: { by: { engine: true }, points: n % 8 === 3 ? 0 : n }, pii: null });
    else if (n % 7 === 6) hotLead(lane, name, engage(lane, name, 'opened'));
    else engage(lane, name, n % 2 === 0 ? 'opened' : 'clicked');
  }
  return lane;
}

async function everything(workspaceId: string, limit = 1_000, from: FeedPlace | null = null): Promise<FeedChange[]> {
  const all: FeedChange[] = [];
  for (let after = from; ; ) {
    const page = await readChanges(pool, workspaceId, after, limit);
    if (page.state !== 'read') throw new Error(page.state);
    all.push(...page.changes);
    after = page.next;
    if (!page.more) return all;
  }
}

/** What the timeline says has changed contacts, as `contact/version`. */
async function changedInTimeline(): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>(
    `select contact_id || '/' || version as key from read.timeline where changed is not null`,
  );
  return rows.map(({ key }) => key).sort();
}

const keyOf = ({ contactId, version }: FeedChange) => `${contactId}/${version}`;

function expectOrdered(changes: readonly FeedChange[]): void {
  const versions = new Map<string, number>();
  changes.forEach(({ contactId, version, place }, index) => {
    expect(version).toBeGreaterThan(versions.get(contactId) ?? 0);
    versions.set(contactId, version);
    expect(place.position).toBe(index + 1);
  });
}

const withLane = async (lane: EventLane): Promise<EventLane> => {
  await pool.query(
    `insert into registry.workspace (id, name, secret_wrapped) values ($1, 'acme', '') on conflict do nothing`,
    [lane.workspaceId],
  );
  return lane;
};

it('tells every change once and in the order of its contact, to a reader beside several writers, a replay and a rebuild', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      async (sizes, limit, renewing) => {
        await pool.query(`truncate log.checkpoint, engine.event, engine.contact_state, engine.projection_vector, feed.head, feed.change,
          read.contact, read.contact_tag, read.timeline, read.enrollment, read.suppression, read.effect, read.notification,
          read.rule_counter, read.source_counter`);
        const lanes = sizes.map((_, partition) => busyLane(partition, 60));
        const [first] = lanes as [EventLane, ...EventLane[]];
        await withLane(first);
        for (const lane of lanes) await record(pool, lane.rows);
        let writing = true;
        const writers = lanes.map(async (lane, index) => {
          const size = sizes[index] as number;
          for (let to = size; to < lane.rows.length + size; to += size)
            await project(pool, lane, Math.min(lane.rows.length, to));
        });
        const keys = { load: async (of: string, ids: readonly string[]) => mergedKeys(lanes, of, ids) };
        const renewal = renewing
          ? [
              replayReadModels(pool, keys, { workspaceId: first.workspaceId }),
              rebuildReadModels(pool, keys, { models: ALL }),
            ]
          : [];
        const seen: FeedChange[] = [];
        const reader = (async () => {
          for (let after: FeedPlace | null = null; ; ) {
            const last = !writing;
            const page = await readChanges(pool, first.workspaceId, after, limit);
            if (page.state !== 'read') throw new Error(page.state);
            seen.push(...page.changes);
            after = page.next;
            if (last && !page.more) return;
          }
        })();
        await Promise.all([...writers, ...renewal]);
        writing = false;
        await reader;
        expectOrdered(seen);
        expect(seen.map(keyOf).sort()).toEqual(await changedInTimeline());
        expect(await everything(first.workspaceId, 7)).toEqual(seen);
      },
    ),
    { numRuns: 8 },
  );
}, 180_000);

async function mergedKeys(lanes: readonly EventLane[], workspaceId: string, ids: readonly string[]) {
  const found = await Promise.all(lanes.map((lane) => lane.load(workspaceId, ids)));
  return new Map(found.flatMap((keys) => [...keys]));
}

it('says what each event changed, and that a contact came into being', async () => {
  const lane = new EventLane();
  const by = { rule: 'warm', version: 3, action: 'a' };
  lane.add('ada', { type: 'address_set', data: { by: { command: true } }, pii: { email: 'ada@example.com' } });
  lane.add('ada', { type: 'score_added', data: { by, points: 5 }, pii: null });
  lane.add('ada', { type: 'attribute_set', data: { by, name: 'plan' }, pii: { value: 'pro' } });
  lane.add('ada', { type: 'attribute_set', data: { by, name: 'plan' }, pii: { value: 'pro' } });
  lane.add('ada', { type: 'attribute_cleared', data: { by, name: 'plan' }, pii: null });
  lane.add('bob', { type: 'rule_fired', data: { rule: 'warm', version: 3, engine: '1' }, pii: { values: {} } });
  const subject = lane.contact('ada');
  lane.add('ada', { type: 'suppressed', data: { by, scope: 'all', reason: 'rule', subject }, pii: null });
  await record(pool, lane.rows);
  await project(pool, lane);
  const told = (await everything(lane.workspaceId)).map(({ version, event }) => [version, event?.type, event?.changed]);
  expect(told).toEqual([
    [1, 'address_set', { email: [null, 'ada@example.com'] }],
    [2, 'score_added', { score: [0, 5] }],
    [3, 'attribute_set', { 'attributes.plan': [null, 'pro'] }],
    [5, 'attribute_cleared', { 'attributes.plan': ['pro', null] }],
    [1, 'rule_fired', {}],
    [6, 'suppressed', { suppressed: [false, true], suppressedScopes: [[], ['all']] }],
  ]);
});

it('keeps an erased contact in the feed without what it was', async () => {
  const lane = tellStory();
  await record(pool, lane.rows);
  await project(pool, lane);
  const before = await everything(lane.workspaceId);
  engage(lane, 'ada', 'opened');
  lane.erase('ada');
  await record(pool, lane.rows.slice(-1));
  await project(pool, lane);
  const after = await everything(lane.workspaceId);
  expect(after).toHaveLength(before.length + 1);
  const ofAda = after.filter(({ contactId }) => contactId === lane.contact('ada'));
  expect(ofAda.map(({ event }) => event?.changed)).toEqual(ofAda.map(() => null));
  const { rows } = await pool.query(`select from read.timeline where changed::text like '%ada@example.com%'`);
  expect(rows).toEqual([]);
});

it('tells what had stood still when a replay brings it, and no other event again', async () => {
  const lane = tellStory();
  await withLane(lane);
  await record(pool, lane.rows);
  const { workspaceId } = lane;
  const checkpoints = new PostgresCheckpoints(pool);
  const projector = new BatchProjector(new PostgresProjectionStore(pool, checkpoints), lane);
  const { fence } = (await checkpoints.take('projection', 'contact-events.g1', 0, 'me'))!;
  const { signal } = new AbortController();
  const part = (from: number, to: number) => {
    return { fence, first: from, next: to, records: lane.records(from, to), attempt: 0, signal };
  };
  await projector.project(part(0, 2));
  await projector.setAside(part(2, 3), new TypeError('who knows'));
  await projector.project(part(3, lane.rows.length));
  const before = await everything(workspaceId);
  const end = await feedEnd(pool, workspaceId);
  await replayReadModels(pool, lane, { workspaceId });
  const brought = await everything(workspaceId, 3, end);
  expect(brought.length).toBeGreaterThan(0);
  expect(new Set(brought.map(({ contactId }) => contactId))).toEqual(new Set([lane.rows[2]!.contactId]));
  expectOrdered([...before, ...brought]);
  expect([...before, ...brought].map(keyOf).sort()).toEqual(await changedInTimeline());
});

it.each([
  ['a replay', (lane: EventLane) => replayReadModels(pool, lane, { workspaceId: lane.workspaceId })],
  ['a rebuild', (lane: EventLane) => rebuildReadModels(pool, lane, { models: ALL })],
])('tells a contact that %s makes another one, once and without an event', async (_, renew) => {
  const lane = await withLane(tellStory());
  await record(pool, lane.rows);
  await project(pool, lane);
  await pool.query(`update read.contact set score = score + 40 where email = 'ada@example.com'`);
  const end = await feedEnd(pool, lane.workspaceId);
  await renew(lane);
  expect(await everything(lane.workspaceId, 10, end)).toMatchObject([{ contactId: lane.contact('ada'), event: null }]);
  const again = await feedEnd(pool, lane.workspaceId);
  await renew(lane);
  expect(await everything(lane.workspaceId, 10, again)).toEqual([]);
});

it('says that a cursor is expired once what came next is gone, and that it is unknown in another history', async () => {
  const lane = tellStory();
  await record(pool, lane.rows);
  await project(pool, lane);
  const all = await everything(lane.workspaceId);
  const middle = all[3]!.place;
  await pool.query(`update feed.change set fed_at = now() - interval '70 days' where position <= 5`);
  await trimChanges(pool, Date.now() - 30 * DAY);
  expect(await readChanges(pool, lane.workspaceId, middle, 10)).toEqual({ state: 'expired' });
  expect(await everything(lane.workspaceId)).toEqual(all.slice(5));
  expect(await everything(lane.workspaceId, 10, all[4]!.place)).toEqual(all.slice(5));
  const elsewhere = { position: all[7]!.place.position, mark: 'abcdefabcdef' };
  expect(await readChanges(pool, lane.workspaceId, elsewhere, 10)).toEqual({ state: 'unknown' });
  expect(await readChanges(pool, lane.workspaceId, { ...middle, position: 9_999 }, 10)).toEqual({ state: 'unknown' });
  const other = '00000000-0000-8000-8000-00000000000f';
  expect(await readChanges(pool, other, all[7]!.place, 10)).toEqual({ state: 'unknown' });
  expect(await feedEnd(pool, other)).toEqual({ position: 0, mark: '000000000000' });
});

it('drops whole months, and a cursor at their end goes on', async () => {
  const lane = tellStory();
  await record(pool, lane.rows);
  await project(pool, lane);
  const all = await everything(lane.workspaceId);
  await pool.query(`create table feed.change_2026_01 (like feed.change including all)`);
  await pool.query(`with moved as (delete from feed.change where position <= 4 returning *)
    insert into feed.change_2026_01 select workspace_id, position, '2026-01-09', contact_id, version, recorded_at, mark from moved`);
  await pool.query(
    `alter table feed.change attach partition feed.change_2026_01 for values from ('2026-01-01') to ('2026-02-01')`,
  );
  expect(await everything(lane.workspaceId)).toHaveLength(all.length);
  expect(await trimChanges(pool, Date.parse('2026-03-05'))).toBe(1);
  expect(await readChanges(pool, lane.workspaceId, all[0]!.place, 10)).toEqual({ state: 'expired' });
  expect(await everything(lane.workspaceId, 10, all[3]!.place)).toEqual(all.slice(4));
});
