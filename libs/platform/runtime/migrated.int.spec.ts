import pg from 'pg';
import { pino } from 'pino';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createReadRole, readRoleOf } from '#adapters/postgres/read-models/read-role.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { migrated } from './runtime.js';

let database: TestDatabase;
let pool: Pool;
let workspaceId: string;
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
  workspaceId = (await createWorkspace(pool, memoryMasterKey(), 'read'))?.id ?? '';
});
afterAll(async () => {
  const role = readRoleOf(workspaceId);
  await pool.query(`drop owned by ${role}`);
  await pool.query(`drop role ${role}`);
  await pool.end();
  await database.drop();
});

it('opens tables that an update adds to the logins that read there, and starts although one is of another server', async () => {
  const url = await createReadRole(pool, workspaceId, 'a password');
  await pool.query(`create table read.later (workspace_id uuid); alter table read.later enable row level security`);
  await pool.query(`insert into registry.read_role (role, workspace_id) values ('of_another_server', $1)`, [
    workspaceId,
  ]);
  await Promise.all([migrated(database.url, logger), migrated(database.url, logger)]);
  const reader = new pg.Client({ connectionString: url });
  await reader.connect();
  expect((await reader.query('select 1 from later')).rows).toEqual([]);
  await reader.end();
});
