import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '#adapters/postgres/migrations/migrate.js';
import { testServer } from './postgres-server.js';

export interface TestDatabase {
  /** Its address, as superuser. */
  readonly url: string;
  readonly name: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

const migrations = join(import.meta.dirname, '..', 'adapters', 'postgres', 'migrations');

/**
 * A database of the suite's own: migrated, or with `{ empty: true }` without any table. Call it in `beforeAll`, and
 * `drop` in `afterAll`.
 */
export async function testDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const server = await testServer();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await withClient(server, async (client) => {
    const template = options.empty ? 'template0' : await migratedTemplate(client, server);
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return {
    url: inDatabase(server, name),
    name,
    drop: () =>
      withClient(server, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** Made once for each fingerprint, so a server that outlives the run never serves an old one. */
async function migratedTemplate(client: pg.Client, server: string): Promise<string> {
  const template = `template_${fingerprint()}`;
  const lock = 'afterclick test template';
  await client.query('select pg_advisory_lock(hashtext($1))', [lock]);
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(client, server, template);
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [lock]);
  }
  return template;
}

async function makeTemplate(client: pg.Client, server: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await client.query(`create database ${draft} template template0`);
  await migrate(inDatabase(server, draft));
  await client.query(`alter database ${draft} rename to ${template}`);
}

/** Of the migrations' text and the month, since migrating also makes the partitions of the coming months. */
function fingerprint(): string {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 7));
  for (const file of readdirSync(migrations)
    .filter((name) => !name.includes('.spec.'))
    .sort()) {
    hash.update(readFileSync(join(migrations, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function inDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
