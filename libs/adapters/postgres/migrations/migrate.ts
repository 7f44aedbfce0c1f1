/** Brings a database up to date: numbered migrations, run forward once each. */
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createPool } from '../pool.js';
import { sorted } from '../world.js';
import { MIGRATIONS, type Migration } from './list.js';
import { ensurePartitions } from './partitions.js';

/** Any fixed number: all processes that migrate one database meet at it. */
const LOCK = 7_316_824_001;

/** Milliseconds: a server that hangs is as good as one that is away. */
const CONNECT_MS = 5_000;

/** TypeORM orders migrations by the 13 digits at the end of their names. */
function classOf(migration: Migration, number: number): new () => MigrationInterface {
  return class {
    readonly name = `${migration.name}${String(number).padStart(13, '0')}`;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(migration.up);
    }
    async down(): Promise<void> {
      throw new Error('migrations run forward only');
    }
  };
}

export interface MigrateOptions {
  /** Milliseconds; partitions are made from its month on. Default: now. */
  readonly now?: number;
  /** Runs only the first N migrations (tests of a database with data in it). */
  readonly upTo?: number;
}

/**
 * Runs what is missing, each migration in a transaction of its own, under an advisory lock (a second process waits), and makes
 * the monthly partitions of the coming time. Answers the names of the migrations that ran. Rejects with WorldError when the database
 * is away.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'afterclick migrate',
    migrations: MIGRATIONS.slice(0, options.upTo).map((migration, index) => classOf(migration, index + 1)),
    migrationsTableName: 'afterclick_migration',
    migrationsTransactionMode: 'each',
    poolSize: 2,
    connectTimeoutMS: CONNECT_MS,
    logging: false,
  });
  try {
    await source.initialize();
    const ran = await underLock(source, () => source.runMigrations());
    if (options.upTo === undefined) await makePartitions(url, options.now ?? Date.now());
    return ran.map((migration) => migration.name);
  } catch (error) {
    throw sorted(error);
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

async function underLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [LOCK]);
    const done = await work();
    await runner.query('select pg_advisory_unlock($1)', [LOCK]);
    return done;
  } finally {
    // A lock of the session: after a failure it ends with the connection, when the source is closed.
    await runner.release();
  }
}

async function makePartitions(url: string, now: number): Promise<void> {
  const pool = createPool(url, { role: 'partitions', max: 1 });
  try {
    await ensurePartitions(pool, now);
  } finally {
    await pool.end();
  }
}
