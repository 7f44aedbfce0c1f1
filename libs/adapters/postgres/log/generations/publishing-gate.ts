/** While a topic grows nothing is published: what is in force is carried over to the new partitions as it stands. */
import type { PoolClient } from 'pg';
import { generationOf } from '#contracts/topics.js';
import { WorldError } from '#engine/log/errors.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { generationRows, growingOf, openOf } from './generation-table.js';

const SHARED = statement('log.generation.publish', 'select pg_advisory_xact_lock_shared($1)');
const ALONE = statement('log.generation.hold', 'select pg_advisory_xact_lock($1)');
/** Any fixed number: publishers share it, whoever wishes for growth has it alone. */
const GATE = 7_316_824_007;

/** In the publishing transaction. Rejects with WorldError while `topic` is not the generation that is consumed, or one is on its way. */
export async function passGate(tx: PoolClient, topic: string): Promise<void> {
  await query(tx, bind(SHARED, [GATE]));
  const rows = await generationRows(tx);
  if (growingOf(rows) !== null) throw new WorldError('engagements is growing: publish again in a minute');
  if (openOf(rows) !== generationOf(topic))
    throw new WorldError(`engagements has grown beyond ${topic}: publish again`);
}

/** Waits for publishers under way; those that come later see what the transaction did. */
export async function holdGate(tx: PoolClient): Promise<void> {
  await query(tx, bind(ALONE, [GATE]));
}
