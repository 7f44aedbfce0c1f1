import { pino } from 'pino';
import { PostgresImports } from '#adapters/postgres/imports/imports.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { createTopic } from '#adapters/postgres/log/topics.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { deriveId } from '#contracts/ids.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { dayOf } from '#engine/sealing/owners.js';
import type { DayPurpose } from '#engine/sealing/sealing.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { startMaintenance } from './maintenance.js';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 24, 12);
const master = memoryMasterKey();
let database: TestDatabase;
let pool: Pool;
let workspaceId: string;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  workspaceId = (await createWorkspace(pool, master, 'kept'))?.id ?? '';
  await createTopic(pool, 'engagements.g1', 1);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function maintained(): Promise<void> {
  const workspaceKeys = new PostgresWorkspaceKeys(pool, master, () => now);
  const stop = await startMaintenance({
    pool,
    clock: () => now,
    workspaceKeys,
    logger: pino({ level: 'silent' }),
    configuration: { rawDays: 14, changesDays: 30 },
  });
  await stop();
}

const madeOn = (at: number, purpose: DayPurpose = 'engagements') =>
  new PostgresWorkspaceKeys(pool, master, () => at).daily(workspaceId, at, purpose);

async function days(purpose: DayPurpose = 'engagements'): Promise<readonly string[]> {
  const { rows } = await pool.query(
    'select day::text as day from sealing.workspace_key where purpose = $1 order by day',
    [purpose],
  );
  return rows.map(({ day }) => day);
}

it('destroys daily keys when their time is over, but none that seals what is still to be read', async () => {
  for (const ago of [60, 40, 31, 30, 1]) await madeOn(now - ago * DAY);
  await pool.query(
    `insert into log.record (topic_id, partition, position, workspace_id, id, type, v, at, data, sealed)
     select id, 0, 0, $1, $1, 'engagement', 1, $2, '{}', '\\x00' from log.topic`,
    [workspaceId, new Date(now - 40 * DAY)],
  );
  const ahead = Array.from({ length: 8 }, (_, n) => dayOf(now + n * DAY));
  await maintained();
  const kept = [40, 31, 30, 1].map((ago) => dayOf(now - ago * DAY));
  expect(await days()).toEqual([...kept, ...ahead]);

  await pool.query(
    `insert into log.checkpoint (consumer_group, topic, partition, next) values ('rules', 'engagements.g1', 0, 1)`,
  );
  await maintained();
  expect(await days()).toEqual([...kept.slice(2), ...ahead]);
});

it('destroys what opens requests as soon as they are dropped, whatever is still to be read', async () => {
  for (const ago of [20, 15, 14, 1]) await madeOn(now - ago * DAY, 'deliveries');
  await maintained();
  expect((await days('deliveries')).filter((day) => day < dayOf(now))).toEqual([
    dayOf(now - 14 * DAY),
    dayOf(now - DAY),
  ]);
});

it('keeps requests for 14 days and seen keys for their horizon', async () => {
  const received = [20, 15, 13].map((ago) => new Date(now - ago * DAY));
  await pool.query(
    `insert into deliveries.delivery (workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, sealed)
     select $1, $1, $1, 'sendgrid', at, 'accepted', 1, 0, '\\x00' from unnest($2::timestamptz[]) as at`,
    [workspaceId, received],
  );
  await pool.query(
    `create table engine.seen_2025_06 partition of engine.seen for values from ('2025-06-01') to ('2025-07-01')`,
  );
  await maintained();
  expect((await pool.query('select 1 from deliveries.delivery')).rowCount).toBe(1);
  expect((await pool.query(`select to_regclass('engine.seen_2025_06') as there`)).rows[0].there).toBeNull();
  expect((await pool.query(`select to_regclass('engine.seen_2025_09') as there`)).rows[0].there).not.toBeNull();
});

it('keeps what an import quotes of its file for 14 days, and its counts for ever', async () => {
  const imports = new PostgresImports(pool, master);
  const ids = [deriveId('ended'), deriveId('never whole'), deriveId('lately'), deriveId('due')];
  for (const id of ids) {
    const wish = { format: 'csv' } as const;
    await imports.create({ workspaceId, id, kind: 'contacts', sourceId: null, wish, size: 8 });
    await imports.add(workspaceId, id, 0, Buffer.from('email\n'));
  }
  const [ended, , lately, due] = ids;
  const long = new Date(now - 15 * DAY);
  await pool.query('update imports.import set updated_at = $1', [long]);
  const end = `update imports.import set state = 'finished', rows = 9, finished_at = $2 where id = $1`;
  await pool.query(end, [ended, long]);
  await pool.query(end, [lately, new Date(now - 13 * DAY)]);
  await pool.query(`update imports.import set state = 'waiting' where id = $1`, [due]);
  await maintained();
  const left = await pool.query('select distinct import_id as id from imports.part');
  expect(left.rows.map(({ id }) => id).sort()).toEqual([lately, due].sort());
  const states = await Promise.all(ids.map(async (id) => (await imports.one(workspaceId, id))?.state));
  expect(states).toEqual(['finished', 'failed', 'finished', 'waiting']);
  expect((await imports.one(workspaceId, ended as string))?.counts.rows).toBe(9);
});

it('does the rest when one step fails', async () => {
  await madeOn(now - 50 * DAY);
  await pool.query('alter table deliveries.delivery rename to hidden');
  await maintained();
  await pool.query('alter table deliveries.hidden rename to delivery');
  expect(await days()).not.toContain(dayOf(now - 50 * DAY));
});
