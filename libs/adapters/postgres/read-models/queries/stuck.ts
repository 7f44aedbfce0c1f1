/** Contacts with an event that could not be projected: their read models stand still until they are replayed. */
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

const STUCK = statement(
  'engine.projection_stuck.count',
  `select w.name as workspace, count(*) as contacts
from engine.projection_stuck t join registry.workspace w on w.id = t.workspace_id
group by w.name order by w.name`,
);

export interface StuckContacts {
  /** Its name. */
  readonly workspace: string;
  readonly contacts: number;
}

/** How many, of each workspace that has any. */
export async function stuckContacts(pool: Pool): Promise<readonly StuckContacts[]> {
  return (await query<StuckContacts & Record<string, unknown>>(pool, bind(STUCK, []))).rows;
}
