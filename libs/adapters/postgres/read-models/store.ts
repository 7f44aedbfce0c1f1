/** Read models in Postgres: the store of the projecting transaction. */
import type { Pool, PoolClient } from 'pg';
import type { Checkpoints } from '#engine/log/checkpoints.js';
import type { Fence } from '#engine/log/log.js';
import type { ProjectionStore, ProjectionUnit } from '#engine/projection/store.js';
import { bind, statement } from '../statement.js';
import { inTransaction } from '../transaction.js';
import { PostgresProjectionUnit } from './unit.js';

/** Any fixed number: live projections hold it shared for a batch, a replay holds it alone while it switches some contacts. */
const LOCK = 7_316_824_005;

/**
 * All statements of a batch find their rows by key. Planned anew each time (by the tables' real size, where a kept plan may be one
 * made for an empty table) and without joins that read a whole table, they do so at any size of table and batch.
 * The lock is taken by a statement of its own, so that what follows sees what a replay committed before it.
 */
const BY_KEY = `set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;
const ENTER = statement('read.projection.enter', `select pg_advisory_xact_lock_shared($1), ${BY_KEY}`);
const ENTER_ALONE = statement('read.projection.enter_alone', `select pg_advisory_xact_lock($1), ${BY_KEY}`);

/** Keeps live projections out until the transaction ends. */
export async function lockOut(tx: PoolClient): Promise<void> {
  await tx.query(bind(ENTER_ALONE, [LOCK]));
}

/** Keeps live projections out until `letIn`, across transactions of the connection. */
export async function holdOut(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [LOCK]);
}

export async function letIn(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_unlock($1)', [LOCK]);
}

export class PostgresProjectionStore implements ProjectionStore {
  constructor(
    private readonly pool: Pool,
    private readonly checkpoints: Pick<Checkpoints<PoolClient>, 'advance'>,
  ) {}

  async transaction(
    fence: Fence,
    first: number,
    next: number,
    work: (unit: ProjectionUnit) => Promise<void>,
  ): Promise<void> {
    await inTransaction(this.pool, async (tx) => {
      await tx.query(bind(ENTER, [LOCK]));
      await this.checkpoints.advance(tx, fence, first, next);
      await work(new PostgresProjectionUnit(tx));
    });
  }
}
