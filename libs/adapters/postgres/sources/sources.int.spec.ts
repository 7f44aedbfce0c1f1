import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { SealedFile } from '#adapters/disk/sealed-file.js';
import type { Uuid } from '#contracts/ids.js';
import { settingsAt } from '#engine/ingest/source.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { createPool } from '../pool.js';
import { createWorkspace } from '../registry/workspaces.js';
import { PostgresSourceDirectory } from './source-directory.js';
import { wrapKeys } from './source-row.js';
import {
  createSource,
  deleteSource,
  type KeyedSource,
  listSources,
  pauseSource,
  rotateSource,
  type SourceView,
} from './sources.js';

describe('sources', () => {
  const master = new AesMasterKey(randomBytes(32));
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let workspaceId: Uuid;
  const directories: PostgresSourceDirectory[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test' });
    folder = await mkdtemp(join(tmpdir(), 'sources-'));
    workspaceId = (await createWorkspace(pool, master, 'acme'))?.id ?? '';
  });
  afterAll(async () => {
    for (const directory of directories) await directory.stop();
    await pool.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const create = async (name: string, scheme = 'generic-hmac', keys?: readonly string[]): Promise<KeyedSource> => {
    const wish = { workspaceId, name, provider: 'generic-hmac', settings: { scheme }, ...(keys ? { keys } : {}) };
    const created = await createSource(pool, master, wish);
    if (!created) throw new Error('the name is taken');
    return created;
  };
  const ref = ({ id }: { readonly id: Uuid }, expectedVersion: number | null = null) => ({
    workspaceId,
    id,
    expectedVersion,
  });
  const opened = async (options = {}): Promise<PostgresSourceDirectory> => {
    const directory = new PostgresSourceDirectory(pool, master, { refreshMs: 50, ...options });
    directories.push(directory);
    await directory.start();
    return directory;
  };

  it('have an unguessable path and a secret that is shown once and stored wrapped', async () => {
    const { source, keys } = await create('shop');
    expect(source.path).toMatch(/^[\w-]{32}$/);
    expect(keys).toHaveLength(1);
    expect(JSON.stringify(await listSources(pool, workspaceId))).not.toContain(keys[0]);
    const { rows } = await pool.query('select keys_wrapped from registry.source where id = $1', [source.id]);
    expect(rows[0].keys_wrapped.includes(Buffer.from(keys[0] as string))).toBe(false);
    expect(await createSource(pool, master, { ...source, settings: { scheme: 'none' } })).toBeNull();
  });

  it('are without keys until the key that the provider issued is entered', async () => {
    const { source, keys } = await create('sendgrid', 'sendgrid-ecdsa-p256-sha256');
    expect(keys).toEqual([]);
    expect(source.hasKeys).toBe(false);
  });

  it('are found by path, and a change is seen at once', async () => {
    const { source, keys } = await create('live');
    const directory = await opened({ refreshMs: 60_000 });
    expect(directory.find(source.path)).toMatchObject({ id: source.id, state: 'active', settings: { keys } });
    expect(directory.find('nobody')).toBeUndefined();
    const before = directory.find(source.path);
    await directory.refresh();
    expect(directory.find(source.path)).toBe(before);

    await pauseSource(pool, ref(source));
    await until(() => directory.find(source.path)?.state === 'paused');
    const fresh = await create('fresh');
    await until(() => directory.find(fresh.source.path)?.state === 'active');
  });

  it('that were made a moment ago are known when they are asked for, also by who is not told of changes', async () => {
    const directory = new PostgresSourceDirectory(pool, master);
    directories.push(directory);
    const { source } = await create('new');
    expect(directory.find(source.path)).toBeUndefined();
    await directory.lookUp(source.path);
    expect(directory.find(source.path)).toMatchObject({ id: source.id });
  });

  it('are not looked for under what is no path, and not by more at once than the database bears', async () => {
    const asked: unknown[] = [];
    const never = new Proxy(pool, {
      get: (of, name) =>
        name === 'query' ? (what: unknown) => asked.push(what) && new Promise(() => {}) : Reflect.get(of, name),
    });
    const directory = new PostgresSourceDirectory(never, master);
    await directory.lookUp('../robots.txt');
    expect(asked).toEqual([]);
    await Promise.all(Array.from({ length: 40 }, (_, n) => directory.lookUp(String(n).padStart(32, '0'))));
    expect(asked).toHaveLength(4);
  });

  it('accept old and new keys for a time while they are rotated', async () => {
    const { source, keys } = await create('rotating');
    const rotated = await rotateSource(pool, master, ref(source, 1), {
      scheme: 'generic-hmac',
      now: 1_000,
      oldUntil: 5_000,
    });
    if (typeof rotated === 'string') throw new Error(rotated);
    const found = (await opened()).find(source.path);
    if (!found) throw new Error('not found');
    expect(settingsAt(found, 4_999).keys).toEqual([...rotated.keys, ...keys]);
    expect(settingsAt(found, 5_000).keys).toEqual(rotated.keys);
    expect(await pauseSource(pool, ref(source, 1))).toBe('stale');
  });

  it('accept every key still in its time when they are rotated again meanwhile; none outlives a newer one', async () => {
    const scheme = 'generic-hmac';
    const { source } = await create('twice', scheme, ['first']);
    const rotate = async (key: string, now: number, oldUntil: number) => {
      const wish = { scheme, keys: [key], now, oldUntil };
      if (typeof (await rotateSource(pool, master, ref(source), wish)) === 'string') throw new Error('not rotated');
      const found = (await opened()).find(source.path);
      if (!found) throw new Error('not found');
      return (at: number) => settingsAt(found, at).keys;
    };
    await rotate('second', 1_000, 5_000);
    const long = await rotate('third', 2_000, 9_000);
    expect([long(4_999), long(5_000), long(9_000)]).toEqual([
      ['third', 'second', 'first'],
      ['third', 'second'],
      ['third'],
    ]);
    const short = await rotate('fourth', 3_000, 4_000);
    expect([short(3_999), short(4_000)]).toEqual([['fourth', 'third', 'second', 'first'], ['fourth']]);
    const atOnce = await rotate('fifth', 3_500, 3_500);
    expect(atOnce(3_500)).toEqual(['fifth']);
  });

  it('that were rotated before rotations could overlap keep their old keys for their time', async () => {
    const { source } = await create('of old', 'generic-hmac', ['new']);
    await pool.query(
      `update registry.source set old_keys_wrapped = $2, old_keys_until = to_timestamp(5) where id = $1`,
      [source.id, wrapKeys(master, source.id, ['old'])],
    );
    const found = (await opened()).find(source.path);
    if (!found) throw new Error('not found');
    expect([settingsAt(found, 4_999).keys, settingsAt(found, 5_000).keys]).toEqual([['new', 'old'], ['new']]);
  });

  it('once deleted free their name, keep no key and are found as deleted', async () => {
    const { source } = await create('gone');
    const deleted = (await deleteSource(pool, ref(source))) as SourceView;
    expect(deleted).toMatchObject({ state: 'deleted', hasKeys: false });
    expect(await deleteSource(pool, ref(source))).toBe('not_found');
    await create('gone');
    expect((await opened()).find(source.path)?.state).toBe('deleted');
  });

  it('are of one workspace', async () => {
    const { source } = await create('mine');
    const other = (await createWorkspace(pool, master, 'other'))?.id ?? '';
    expect(await listSources(pool, other)).toEqual([]);
    expect(await pauseSource(pool, { workspaceId: other, id: source.id, expectedVersion: null })).toBe('not_found');
  });

  it('come from the sealed copy on disk when the database is away at start', async () => {
    const { source, keys } = await create('copied');
    const file = join(folder, 'sources');
    await opened({ copy: new SealedFile(file, master, 'sources') });
    expect((await readFile(file)).includes(Buffer.from(source.path))).toBe(false);

    const away = createPool('postgres://nobody@127.0.0.1:1/none', { role: 'test', connectTimeoutMs: 200 });
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown) => troubles.push(error);
    const copy = new SealedFile(file, master, 'sources');
    const directory = new PostgresSourceDirectory(away, master, { copy, onTrouble, refreshMs: 60_000 });
    await directory.start();
    expect(directory.find(source.path)?.settings.keys).toEqual(keys);
    expect(troubles.length).toBeGreaterThan(0);
    await directory.stop();

    const stranger = new SealedFile(file, new AesMasterKey(randomBytes(32)), 'sources');
    const without = new PostgresSourceDirectory(away, master, { copy: stranger });
    await expect(without.start()).rejects.toThrow();
    await away.end();
  });
});
