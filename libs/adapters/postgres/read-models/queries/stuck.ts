/** Contacts with an event that could not be projected: their read models stand still until they are replayed. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

export interface StuckRow {
  readonly contactId: Uuid;
  /** Version and id of the event. */
  readonly version: number;
  readonly eventId: Uuid;
  /** Class of the error. */
  readonly error: string;
  /** Milliseconds. */
  readonly stuckAt: number;
}

const STUCK = statement(
  'engine.projection_stuck.list',
  `select t.contact_id as "contactId", t.version, t.event_id as "eventId", t.error, t.stuck_at as "stuckAt"
from engine.projection_stuck t where t.workspace_id = $1 order by t.stuck_at, t.contact_id limit 1000`,
);

/** At most 1,000, oldest first. */
export async function listStuck(pool: Pool, workspaceId: Uuid): Promise<readonly StuckRow[]> {
  const { rows } = await query<StuckRow>(pool, bind(STUCK, [workspaceId]));
  return rows;
}
