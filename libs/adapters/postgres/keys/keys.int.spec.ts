import type { Pool } from 'pg';
import { PoisonError } from '#engine/log/errors.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from '../pool.js';
import { createWorkspace } from '../registry/workspaces.js';
import { PostgresContactKeys } from './contact-keys.js';
import { PostgresWorkspaceKeys } from './workspace-keys.js';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 10, 12);
const master = memoryMasterKey();
let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const keysAt = (time: number, of = master) => new PostgresWorkspaceKeys(pool, of, () => time);
const workspace = async (name: string) => (await createWorkspace(pool, master, name))?.id as string;

describe('keys of workspaces', () => {
  it('are the same for all processes, one a day', async () => {
    const id = await workspace('same');
    const [one, two] = await Promise.all([
      keysAt(now).daily(id, now, 'engagements'),
      keysAt(now).daily(id, now + 60_000, 'engagements'),
    ]);
    expect(two.open(one.seal('x', 'p'), 'p')).toBe('x');
    const tomorrow = await keysAt(now).daily(id, now + DAY, 'engagements');
    expect(() => tomorrow.open(one.seal('x', 'p'), 'p')).toThrow(PoisonError);
    expect(await keysAt(now).secret(id)).toEqual(await keysAt(now).secret(id));
  });

  it('are made a week ahead and copied, so that they serve while the database is away', async () => {
    const id = await workspace('ahead');
    const copy = await keysAt(now).makeAhead();
    for (const days of Object.values(copy.days[id] ?? {})) expect(Object.keys(days)).toHaveLength(8);
    expect(JSON.stringify(await keysAt(now).makeAhead())).toBe(JSON.stringify(copy));
    const away = createPool('postgres://nobody@127.0.0.1:1/none', { role: 'away' });
    const elsewhere = new PostgresWorkspaceKeys(away, master, () => now);
    elsewhere.restore(copy);
    const sealed = (await elsewhere.daily(id, now + 7 * DAY, 'engagements')).seal('x', 'p');
    expect((await keysAt(now).daily(id, now + 7 * DAY, 'engagements')).open(sealed, 'p')).toBe('x');
    expect(await elsewhere.secret(id)).toEqual(await keysAt(now).secret(id));
    await away.end();
  });

  it('are destroyed, and not made anew for a day that is gone', async () => {
    const id = await workspace('gone');
    const keys = keysAt(now);
    await keys.daily(id, now - DAY, 'engagements');
    await keys.daily(id, now, 'engagements');
    expect(await keys.destroyBefore('2026-11-10', 'engagements')).toBeGreaterThan(0);
    await expect(keysAt(now + DAY).daily(id, now - DAY, 'engagements')).rejects.toThrow('destroyed');
    await expect(keys.daily(id, now, 'engagements')).resolves.toBeDefined();
  });

  it('seal one topic each, and are destroyed one by one', async () => {
    const id = await workspace('purposes');
    const [inputs, requests] = [
      await keysAt(now).daily(id, now - DAY, 'engagements'),
      await keysAt(now).daily(id, now - DAY, 'deliveries'),
    ];
    expect(() => inputs.open(requests.seal('raw', 'p'), 'p')).toThrow(PoisonError);
    await keysAt(now).destroyBefore('2026-11-10', 'deliveries');
    const later = keysAt(now + DAY);
    await expect(later.daily(id, now - DAY, 'deliveries')).rejects.toThrow('destroyed');
    expect((await later.daily(id, now - DAY, 'engagements')).open(inputs.seal('x', 'p'), 'p')).toBe('x');
  });

  it('say so when the master key is another', async () => {
    await workspace('other');
    await keysAt(now).checkMaster();
    await expect(keysAt(now, memoryMasterKey()).checkMaster()).rejects.toThrow('AFTERCLICK_MASTER_KEY');
  });
});

describe('keys of contacts', () => {
  it('are read from the table each time, so that a deleted one is gone at once', async () => {
    const cache = new ContactKeyCache(master);
    const keys = new PostgresContactKeys(pool, cache);
    const id = await workspace('contacts');
    const made = cache.create(id, id);
    await pool.query('insert into sealing.contact_key values ($1, $1, $2)', [id, made.wrapped]);
    const loaded = await keys.load(id, [id, '00000000-0000-8000-8000-000000000009']);
    expect([...loaded.keys()]).toEqual([id]);
    expect(loaded.get(id)?.open(made.key.seal('x', 'p'), 'p')).toBe('x');
    await pool.query('delete from sealing.contact_key');
    expect((await keys.load(id, [id])).size).toBe(0);
  });

  it('open although one of them does not, and that one is not taken for erased', async () => {
    const cache = new ContactKeyCache(master);
    const id = await workspace('unopened');
    const damaged = '00000000-0000-8000-8000-000000000009';
    const made = cache.create(id, id);
    await pool.query("insert into sealing.contact_key values ($1, $1, $2), ($1, $3, '\\x01')", [
      id,
      made.wrapped,
      damaged,
    ]);
    const loaded = await new PostgresContactKeys(pool, cache).load(id, [id, damaged]);
    expect(loaded.get(id)?.open(made.key.seal('x', 'p'), 'p')).toBe('x');
    expect(() => loaded.get(damaged)?.open(made.key.seal('x', 'p'), 'p')).toThrow(PoisonError);
  });
});
