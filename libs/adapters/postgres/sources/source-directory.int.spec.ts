import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { createPool, type Pool } from '../pool.js';
import { createWorkspace } from '../registry/workspaces.js';
import { PostgresSourceDirectory } from './source-directory.js';
import { createSource, deleteSource } from './sources.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** The pool, with connections that break when they are asked to listen. */
function deafPool(): Pool {
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    // It may break before the directory, which listens for that, has it.
    client.on('error', () => undefined);
    await pool.query('select pg_terminate_backend($1)', [(client as unknown as { processID: number }).processID]);
    return client;
  };
  return new Proxy(pool, {
    get: (of, name) => {
      if (name === 'connect') return connect;
      const member: unknown = Reflect.get(of, name, of);
      return typeof member === 'function' ? member.bind(of) : member;
    },
  });
}

it('goes on reading the sources when connections break before they listen', async () => {
  const troubles: unknown[] = [];
  const onTrouble = (error: unknown) => void troubles.push(error);
  const directory = new PostgresSourceDirectory(deafPool(), new AesMasterKey(randomBytes(32)), {
    refreshMs: 60_000,
    onTrouble,
  });
  await directory.start();
  for (let refreshes = 0; refreshes < 3; refreshes += 1) await directory.refresh();
  expect(troubles).toHaveLength(4);
  expect(pool.totalCount - pool.idleCount).toBe(0);
  await directory.stop();
});

it('honours a deletion within its next look when no message of it comes', async () => {
  const master = new AesMasterKey(randomBytes(32));
  const workspaceId = (await createWorkspace(pool, master, 'unheard'))?.id ?? '';
  const wish = { workspaceId, name: 'shop', provider: 'generic-hmac', settings: { scheme: 'generic-hmac' } };
  const made = await createSource(pool, master, wish);
  const { path = '', id = '' } = made?.source ?? {};
  const directory = new PostgresSourceDirectory(deafPool(), master, { refreshMs: 20 });
  await directory.start();
  expect(directory.find(path)?.settings.keys).toEqual(made?.keys);
  await deleteSource(pool, { workspaceId, id, expectedVersion: null });
  await until(() => directory.find(path)?.state === 'deleted');
  expect(directory.find(path)?.settings.keys).toEqual([]);
  await directory.stop();
});
