/** The Postgres under a fault run, as somebody who may do it harm sees it. */
import pg from 'pg';
import { until } from '../until.js';
import { signal, treeOf } from './process-tree.js';

export interface DatabaseAccess {
  /** Superuser, of the engine's database. Holds across restarts. */
  readonly url: string;
  /** Of the postmaster now. */
  pid(): number;
}

const BACK_MS = 60_000;

export class Database {
  #halted: readonly number[] = [];

  constructor(readonly access: DatabaseAccess) {}

  /** The postmaster dies; whoever runs it starts it again. Resolves when it answers. */
  async kill(): Promise<void> {
    signal(this.access.pid(), 'SIGKILL');
    await this.answers();
  }

  /** Halts it with all its backends, until `resume`. */
  halt(): void {
    this.#halted = treeOf(this.access.pid());
    for (const pid of this.#halted) signal(pid, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of this.#halted) signal(pid, 'SIGCONT');
    this.#halted = [];
  }

  /** No new connections, and those there are end. */
  async refuse(): Promise<void> {
    await this.#elsewhere(async (client, name) => {
      await client.query(`alter database ${name} allow_connections false`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    });
  }

  async admit(): Promise<void> {
    await this.#elsewhere(async (client, name) => {
      await client.query(`alter database ${name} allow_connections true`);
    });
  }

  answers(): Promise<void> {
    return until(async () => {
      try {
        await this.use((client) => client.query('select 1'));
        return true;
      } catch {
        // Still down, or recovering.
        return false;
      }
    }, BACK_MS);
  }

  /** On a connection of its own to the engine's database. */
  use<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return connected(this.access.url, work);
  }

  /** On the database `postgres` of the same server. */
  #elsewhere(work: (client: pg.Client, name: string) => Promise<void>): Promise<void> {
    const url = new URL(this.access.url);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    return connected(url.href, (client) => work(client, name));
  }
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // It may be struck while it is in use: the query says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
