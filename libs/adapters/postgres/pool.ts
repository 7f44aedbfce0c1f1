/** Pools of connections to Postgres, all set up alike. */
import pg from 'pg';
import { types } from './types.js';

/** A pool, for those who only pass it on. */
export type Pool = pg.Pool;

export interface PoolOptions {
  /** Shown in pg_stat_activity: `afterclick ROLE`. */
  readonly role: string;
  /** Connections at most; default 10. */
  readonly max?: number;
  /** Milliseconds a statement may run; default 30,000, 0 for no limit. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds to wait for a connection; default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Told of a connection that broke while idle; its next user gets a new one, so nothing is lost. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * A transaction whose process hangs (SIGSTOP, a dead network) must not hold its row locks longer than a lease lives,
 * or nobody could take its partitions over.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Settings of one connection: UTC, timeouts, type parsers (int8 → number, timestamptz → milliseconds, date → text). */
export function connectionConfig(url: string, options: PoolOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `afterclick ${options.role}`,
    options: '-c TimeZone=UTC',
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    keepAlive: true,
    types,
  };
}

/** A pool for one role of the process. End it with `pool.end()`. */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...connectionConfig(url, options), max: options.max ?? 10 });
  const onIdleError = options.onIdleError ?? (() => undefined);
  pool.on('error', (error: Error) => {
    // end() does not wait for its sockets: a database stopped right after it still says good-bye on them.
    if (!pool.ending) onIdleError(error);
  });
  return pool;
}
