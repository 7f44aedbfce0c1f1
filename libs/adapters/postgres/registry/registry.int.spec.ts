import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../pool.js';
import { expireApiKey, insertApiKey, listApiKeys, PostgresApiKeys, revokeApiKey } from './api-keys.js';
import { createWorkspace, findWorkspace, listWorkspaces } from './workspaces.js';

describe('the registry of workspaces and API keys', () => {
  let database: TestDatabase;
  let pool: Pool;
  const master = new AesMasterKey(randomBytes(32));

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('gives each workspace its name once', async () => {
    const created = await createWorkspace(pool, master, 'acme');
    expect(created).toMatchObject({ name: 'acme' });
    expect(await createWorkspace(pool, master, 'acme')).toBeNull();
    expect(await findWorkspace(pool, 'acme')).toEqual(created);
    expect(await listWorkspaces(pool)).toContainEqual(created);
    await expect(createWorkspace(pool, master, 'Not a name')).rejects.toThrow('is not 1 to 63');
  });

  it('finds a key by its hash until it expires or is revoked', async () => {
    const workspace = await createWorkspace(pool, master, 'keys');
    const id = workspace?.id ?? '';
    const keys = new PostgresApiKeys(pool);
    const hash = randomBytes(32);
    const row = await insertApiKey(pool, id, { name: 'crm', hash, prefix: 'ack_x', scopes: ['read:contacts'] });
    expect(await keys.find(hash)).toEqual({
      keyId: row.id,
      keyName: 'crm',
      workspaceId: id,
      scopes: ['read:contacts'],
    });
    expect(await keys.find(randomBytes(32))).toBeNull();

    expect(await expireApiKey(pool, id, row.id, Date.now() + 60_000)).not.toBeNull();
    expect(await keys.find(hash)).not.toBeNull();
    expect(await expireApiKey(pool, id, row.id, Date.now() - 1)).not.toBeNull();
    expect(await keys.find(hash)).toBeNull();

    expect(await revokeApiKey(pool, id, row.id)).not.toBeNull();
    expect(await revokeApiKey(pool, id, row.id)).toBeNull();
    expect(await listApiKeys(pool, id)).toHaveLength(1);
  });
});
