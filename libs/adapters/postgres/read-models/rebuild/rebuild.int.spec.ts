import pg from 'pg';
import type { ReadModelName } from '#contracts/read-models.js';
import { READ_MODELS } from '#contracts/read-models.js';
import { project, record } from '#testing/contact-events/recorded.js';
import { engage, tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { createPool } from '../../pool.js';
import { createReadRole } from '../read-role.js';
import { READ } from '../tables.js';
import { type RebuildPhase, RebuildRefused, rebuildReadModels } from './rebuild.js';

const ALL = Object.keys(READ_MODELS) as ReadModelName[];

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

async function workspaceOf(lane: EventLane): Promise<void> {
  await pool.query(`insert into registry.workspace (id, name, secret_wrapped) values ($1, $2, '')`, [
    lane.workspaceId,
    `w${lane.workspaceId.slice(-4)}`,
  ]);
}

async function told(): Promise<EventLane> {
  const lane = tellStory();
  await workspaceOf(lane);
  await record(pool, lane.rows);
  await project(pool, lane);
  return lane;
}

async function rows(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of Object.values(READ)) {
    const found = await pool.query<{ row: string }>(`select t::text as row from read.${name} t order by 1`);
    all[name] = found.rows.map(({ row }) => row);
  }
  return all;
}

/** Everything about the tables but their rows. */
async function structure(): Promise<unknown> {
  const { rows: found } = await pool.query(
    `select c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl::text, obj_description(c.oid) as comment,
       (select array_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text) from pg_index where indrelid = c.oid) as indexes,
       (select array_agg(row(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum))::text
          order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns,
       pg_get_expr(c.relpartbound, c.oid) as bound, case when c.relkind = 'v' then pg_get_viewdef(c.oid) end as definition,
       (select array_agg(p::text order by policyname) from pg_policies p where schemaname = 'read' and tablename = c.relname) as policies
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'read' and c.relkind in ('r', 'p', 'v') order by c.relname`,
  );
  return found;
}

async function leftovers(): Promise<number> {
  const { rowCount } = await pool.query(`select from pg_namespace where nspname in ('read_next', 'read_old')`);
  return rowCount ?? 0;
}

it('gives the same rows, to the byte, and leaves all else of the tables as it was', async () => {
  const lane = await told();
  await createReadRole(pool, lane.workspaceId, 'secret');
  const before = { rows: await rows(), structure: await structure() };
  const phases: RebuildPhase[] = [];
  const report = await rebuildReadModels(pool, lane, {
    models: ALL,
    onProgress: ({ phase }) => phases.includes(phase) || phases.push(phase),
  });
  expect(report).toMatchObject({ contacts: 4, differenceCount: 0, differences: [], switched: true });
  expect(await rows()).toEqual(before.rows);
  expect(await structure()).toEqual(before.structure);
  expect(phases).toEqual(['reading', 'indexing', 'comparing', 'switching']);
  expect(await leftovers()).toBe(0);
});

it.each(ALL)('%s alone: what was touched is put right, and said without its values', async (model) => {
  const lane = await told();
  const before = await rows();
  await pool.query("update read.contact set email = 'wrong@example.com', score = score + 1");
  await pool.query(`delete from read.${model} where ctid = any (array(select ctid from read.${model} limit 1))`);
  const { differenceCount, differences } = await rebuildReadModels(pool, lane, { models: [model] });
  expect(differenceCount).toBeGreaterThan(0);
  expect(differences.every((one) => [model, 'contact_tag', 'contact_search'].includes(one.model))).toBe(true);
  expect(JSON.stringify(differences)).not.toContain('example.com');
  expect((await rows())[model]).toEqual(before[model]);
});

it('compares and changes nothing when that is all that is asked', async () => {
  const lane = await told();
  await pool.query('update read.contact set score = 99 where score = 0');
  const before = await rows();
  const report = await rebuildReadModels(pool, lane, { models: ['contact'], compareOnly: true });
  expect(report.switched).toBe(false);
  expect(report.differenceCount).toBeGreaterThan(0);
  expect(await rows()).toEqual(before);
  expect(await leftovers()).toBe(0);
});

it('goes on beside the projection and readers: no reader ever meets a missing table or a gap', async () => {
  const lane = new EventLane();
  await workspaceOf(lane);
  for (let n = 0; n < 3_000; n += 1) engage(lane, `c${n % 300}`, n % 2 === 0 ? 'opened' : 'clicked');
  await record(pool, lane.rows);
  await project(pool, lane, 1_000);
  const readUrl = await createReadRole(pool, lane.workspaceId, 'secret');
  const readers = new pg.Pool({ connectionString: readUrl, max: 2 });
  let done = false;
  let least = 0;
  const reading = (async () => {
    let last = 0;
    while (!done) {
      const { rows: found } = await readers.query<{ count: string; hours: string }>(
        'select (select count(*) from timeline) as count, (select coalesce(sum(engagements), 0) from source_hourly) as hours',
      );
      // Both come from tables that are switched at one moment, and never shrink.
      expect(Number(found[0]?.count)).toBeGreaterThanOrEqual(last);
      last = Number(found[0]?.count);
      least += 1;
    }
  })();
  const live = (async () => {
    for (let to = 1_100; to <= 3_000; to += 100) await project(pool, lane, to);
  })();
  const report = await rebuildReadModels(pool, lane, { models: ALL });
  await live;
  await until(() => least > 3);
  done = true;
  await reading;
  await readers.end();
  expect(report).toMatchObject({ differenceCount: 0, switched: true });
  expect(await rebuildReadModels(pool, lane, { models: ALL, compareOnly: true })).toMatchObject({
    contacts: 300,
    differenceCount: 0,
  });
}, 120_000);

it('waits for a long reader without holding up those behind it', async () => {
  const lane = await told();
  const long = new pg.Client({ connectionString: database.url });
  await long.connect();
  await long.query('begin');
  await long.query('select count(*) from read.contact');
  let attempts = 0;
  const rebuilding = rebuildReadModels(pool, lane, {
    models: ['contact'],
    onProgress: ({ phase, done }) => {
      if (phase === 'switching') attempts = done;
    },
  });
  await until(() => attempts >= 2);
  await pool.query('select count(*) from read.contact');
  await long.query('commit');
  await long.end();
  expect((await rebuilding).switched).toBe(true);
});

it('keeps views of others on the new rows, and refuses a materialized one with the reason', async () => {
  const lane = await told();
  await pool.query('create schema bi');
  await pool.query('create view bi.hot as select email, score from read.contact where score > 0');
  await rebuildReadModels(pool, lane, { models: ['contact'] });
  await pool.query("update read.contact set score = 77 where email = 'ada@example.com'");
  expect((await pool.query('select score from bi.hot where score = 77')).rowCount).toBe(1);
  await pool.query('create materialized view bi.kept as select email from read.contact');
  await expect(rebuildReadModels(pool, lane, { models: ['contact'] })).rejects.toThrow(RebuildRefused);
  expect(await leftovers()).toBe(0);
});

it('refuses rows that end before an event that does not open; a contact that stands still stays so', async () => {
  const lane = await told();
  const before = await rows();
  const touched = lane.rows[2]!;
  await pool.query('update engine.event set pii = $1 where id = $2', [Buffer.alloc(64), touched.id]);
  await expect(rebuildReadModels(pool, lane, { models: ['contact'] })).rejects.toThrow(
    `1 events cannot be opened (event ${touched.version} of contact ${touched.contactId}: PoisonError)`,
  );
  expect(await rows()).toEqual(before);
  expect(await leftovers()).toBe(0);
});

it('ends when it is told to, and one at a time', async () => {
  const lane = await told();
  const stop = AbortSignal.abort(new Error('enough'));
  await expect(rebuildReadModels(pool, lane, { models: ALL, signal: stop })).rejects.toThrow('enough');
  expect(await leftovers()).toBe(0);
  const both = await Promise.allSettled([
    rebuildReadModels(pool, lane, { models: ALL }),
    rebuildReadModels(pool, lane, { models: ALL }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
