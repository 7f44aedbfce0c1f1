/** What is kept of requests for a time only. */
import type { Pool } from 'pg';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const DELIVERIES = statement('deliveries.delivery.trim', 'delete from deliveries.delivery where received_at < $1');
const QUARANTINE = statement('deliveries.quarantine.trim', 'delete from deliveries.quarantine where received_at < $1');
const TOKENS = statement('deliveries.replay_token.trim', 'delete from deliveries.replay_token where seen_at < $1');

/** Longer than any provider that signs only a token keeps sending again (Mailgun: 8 hours). */
const TOKEN_MS = 3 * 86_400_000;

export interface Trimmed {
  readonly deliveries: number;
  readonly quarantined: number;
  readonly tokens: number;
}

/**
 * Deletes requests and quarantine received before `before`, and one-time tokens older than three days. Times in milliseconds. To be
 * run daily with the same `before` as the daily keys are destroyed for: what remains then could not be opened any more.
 */
export async function trimDeliveries(pool: Pool, before: number, now: number): Promise<Trimmed> {
  const removed = async (of: typeof DELIVERIES, at: number) =>
    (await query(pool, bind(of, [new Date(at)]))).rowCount ?? 0;
  return {
    deliveries: await removed(DELIVERIES, before),
    quarantined: await removed(QUARANTINE, before),
    tokens: await removed(TOKENS, now - TOKEN_MS),
  };
}
