import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import { tellStory } from '#testing/contact-events/story.js';
import { EventLane } from '#testing/contact-events/stream.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { PostgresCheckpoints } from '../log/checkpoints.js';
import { ensurePartitions } from '../migrations/partitions.js';
import { createPool } from '../pool.js';
import { createReadRole, readRoleOf, refreshReadRoles } from './read-role.js';
import { PostgresProjectionStore } from './store.js';

const PASSWORD = "p'ä ss/word@1";
// Roles belong to the whole server: names of this run only.
const mine = deriveId('workspace', Date.now(), process.pid, 'mine');
const others = deriveId('workspace', Date.now(), process.pid, 'others');
let database: TestDatabase;
let pool: pg.Pool;
let url: string;
let reader: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 4 });
  await ensurePartitions(pool, Date.parse('2026-11-24T00:00:00Z'));
  await pool.query(
    "insert into registry.workspace (id, name, secret_wrapped) values ($1, 'mine', ''), ($2, 'others', '')",
    [mine, others],
  );
  await fill(mine, 0);
  await fill(others, 1);
  url = await createReadRole(pool, mine, PASSWORD);
  reader = new pg.Client({ connectionString: url });
  await reader.connect();
}, 60_000);
afterAll(async () => {
  await reader?.end();
  for (const role of [readRoleOf(mine), readRoleOf(others)])
    await pool.query(
      `do $$ begin if exists (select from pg_roles where rolname = '${role}') then drop owned by ${role}; drop role ${role}; end if; end $$`,
    );
  await pool.end();
  await database.drop();
});

async function fill(workspaceId: Uuid, partition: number): Promise<void> {
  const lane = tellStory(new EventLane(workspaceId, partition));
  const checkpoints = new PostgresCheckpoints(pool);
  const taken = await checkpoints.take('projection', 'contact-events.g1', partition, 'me');
  const { signal } = new AbortController();
  await new BatchProjector(new PostgresProjectionStore(pool, checkpoints), lane).project({
    fence: taken!.fence,
    first: 0,
    next: lane.rows.length,
    records: lane.records(),
    attempt: 0,
    signal,
  });
}

async function relations(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'p', 'v', 'm')`,
  );
  return rows.map(({ name }) => name);
}

it('sees the rows of its workspace and of no other, in every table and view', async () => {
  const readable = (await relations()).filter((name) => /^read\./.test(name) && !/timeline_/.test(name));
  expect(readable.length).toBeGreaterThan(12);
  for (const name of readable) {
    if (name === 'read.model') continue;
    const { rows } = await reader.query(`select distinct workspace_id::text from ${name}`);
    expect([name, rows.map((row) => row.workspace_id)]).toEqual([name, [mine]]);
    const { rows: stolen } = await reader.query(`select 1 from ${name} where workspace_id = $1`, [others]);
    expect(stolen).toEqual([]);
  }
});

it('runs every example of the documentation', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/read-models.md'), 'utf8');
  const examples = [...guide.matchAll(/```sql\n([^`]+)```/g)].map(([, sql]) => sql as string);
  expect(examples.length).toBeGreaterThan(4);
  // The story's notification is done, and its contacts engaged long ago by the reader's clock.
  const empty = [/state = 'open'/, /interval '30 days'/];
  for (const sql of examples) {
    const { rows } = await reader.query(sql);
    expect([sql, rows.length > 0 || empty.some((pattern) => pattern.test(sql))]).toEqual([sql, true]);
  }
});

it('may read nothing else: no other schema, no partition behind its table', async () => {
  const closed = (await relations()).filter((name) => !/^read\./.test(name) || /timeline_/.test(name));
  expect(closed).toEqual(
    expect.arrayContaining(['engine.event', 'registry.read_role', 'sealing.contact_key', 'read.timeline_default']),
  );
  for (const name of closed) await expect(reader.query(`select 1 from ${name}`)).rejects.toThrow('permission denied');
});

it('cannot write, also when it turns its own settings off', async () => {
  const writes = [
    `delete from read.contact`,
    `update read.contact set email = 'x'`,
    `insert into read.contact_tag values ('${mine}', 't', '${mine}')`,
    `insert into read.contact_search values ('${mine}', '${mine}', '{}', '')`,
    `create table read.mine (x int)`,
    `truncate read.contact`,
  ];
  for (const write of writes) await expect(reader.query(write)).rejects.toThrow('read-only transaction');
  await reader.query('set default_transaction_read_only = off');
  for (const write of writes) await expect(reader.query(write)).rejects.toThrow(/permission denied|must be owner/);
  await reader.query('set row_security = off');
  await expect(reader.query('select 1 from read.contact')).rejects.toThrow('row-level security');
  await expect(reader.query(`set session authorization ${new URL(database.url).username}`)).rejects.toThrow(
    'permission denied',
  );
  await reader.query('reset all');
});

it('reads by index', async () => {
  await reader.query('set enable_seqscan = off');
  const { rows } = await reader.query('explain select * from read.contact where contact_id = $1', [others]);
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Cond');
  await reader.query('reset enable_seqscan');
});

it('is given a new password, and tables that a later migration adds', async () => {
  const renewed = await createReadRole(pool, mine, 'other');
  expect(renewed).not.toBe(url);
  const again = new pg.Client({ connectionString: renewed });
  await again.connect();
  await pool.query(`create table read.later (workspace_id uuid);
    create policy one_workspace on read.later for select using (workspace_id = (select read.visible_workspace()));
    create table read.forgotten (workspace_id uuid)`);
  await refreshReadRoles(pool);
  await expect(again.query('select 1 from later')).rejects.toThrow('permission denied');
  await pool.query('alter table read.later enable row level security');
  await refreshReadRoles(pool);
  expect((await again.query('select 1 from later')).rows).toEqual([]);
  await expect(again.query('select 1 from forgotten')).rejects.toThrow('permission denied');
  await again.end();
});

it('of another workspace sees that one', async () => {
  const other = new pg.Client({ connectionString: await createReadRole(pool, others, PASSWORD) });
  await other.connect();
  const { rows } = await other.query('select distinct workspace_id from contact');
  expect(rows).toEqual([{ workspace_id: others }]);
  await other.end();
});
