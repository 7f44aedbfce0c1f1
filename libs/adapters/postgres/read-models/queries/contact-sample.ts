/** A sample of a workspace's contacts: their ids are hashes, so that neighbours in key order have nothing else in common. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';

const LIVING = 'linked_to is null and not deleted and not erased';
const COUNT = statement(
  'read.contact.count',
  `select count(*)::float8 as count from read.contact where workspace_id = $1 and ${LIVING}`,
);
// Around the end of the keys to their beginning.
const SAMPLE = statement(
  'read.contact.sample',
  `(select contact_id as id from read.contact
  where workspace_id = $1 and contact_id >= $2 and ${LIVING} order by contact_id limit $3)
union all
(select contact_id as id from read.contact
  where workspace_id = $1 and contact_id < $2 and ${LIVING} order by contact_id limit $3)
limit $3`,
);

/** Aliases, deleted and erased contacts are none. */
export async function countContacts(pool: Pool, workspaceId: Uuid): Promise<number> {
  const { rows } = await query<{ count: number }>(pool, bind(COUNT, [workspaceId]));
  return rows[0]?.count ?? 0;
}

/** At most `most` of them, from `start` on: the same ones for the same start. */
export async function sampleContacts(
  pool: Pool,
  workspaceId: Uuid,
  start: Uuid,
  most: number,
): Promise<readonly Uuid[]> {
  const { rows } = await query<{ id: Uuid }>(pool, bind(SAMPLE, [workspaceId, start, most]));
  return rows.map(({ id }) => id);
}
