/** One transaction, and single statements, with errors sorted by whose fault they are. */
import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { isWorldFault, sorted } from './world.js';

/**
 * Runs `work` in one READ COMMITTED transaction; commits when it resolves, rolls back when it rejects.
 * Rejects with WorldError when the database is away (the outcome of a commit is then unknown), else with `work`'s own error.
 */
export async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await connect(pool);
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  tx.on('error', onError);
  try {
    await tx.query('begin');
    const result = await work(tx);
    const { command } = await tx.query('commit');
    // A transaction that failed inside answers COMMIT with ROLLBACK: then nothing was written.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } catch (error) {
    if (isWorldFault(error)) broken ??= error as Error;
    if (broken === undefined) broken = await rollback(tx);
    throw sorted(error);
  } finally {
    tx.off('error', onError);
    tx.release(broken);
  }
}

/** One statement on the pool. Rejects with WorldError when the database is away. */
export async function query<R extends QueryResultRow>(
  pool: Pool | PoolClient,
  text: string | QueryConfig,
  values?: readonly unknown[],
): Promise<QueryResult<R>> {
  try {
    return values === undefined ? await pool.query<R>(text) : await pool.query<R>(text, [...values]);
  } catch (error) {
    throw sorted(error);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw sorted(error);
  }
}

/** The error that makes the connection unusable, if the rollback itself fails. */
async function rollback(tx: PoolClient): Promise<Error | undefined> {
  try {
    await tx.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
