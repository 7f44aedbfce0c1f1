/** One connection for a whole replay (its copies are temporary tables), with transactions one after the other. */
import type { Pool, PoolClient } from 'pg';
import { sorted } from '../../world.js';

/** Runs `work` on a connection of its own; temporary tables end with it. Errors are sorted as everywhere. */
export async function onOneConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  const client = await pool.connect().catch((error: unknown) => {
    throw sorted(error);
  });
  client.on('error', onError);
  try {
    const result = await work(client);
    await client.query('discard temp');
    return result;
  } catch (error) {
    // With what it holds the connection is of no further use.
    broken ??= error instanceof Error ? error : new Error(String(error));
    throw sorted(error);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

export async function transaction<T>(
  client: PoolClient,
  isolation: 'read committed' | 'repeatable read',
  work: () => Promise<T>,
): Promise<T> {
  await client.query(`begin isolation level ${isolation}`);
  const result = await work();
  await client.query('commit');
  return result;
}
