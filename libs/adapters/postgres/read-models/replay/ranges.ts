/** A workspace's contacts in ranges of ids that are small enough to be replayed in one transaction. */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../../statement.js';

/** Contact ids above `after` and up to `upTo`. */
export interface ContactRange {
  readonly workspaceId: Uuid;
  readonly after: Uuid;
  readonly upTo: Uuid;
}

export const LOWEST = '00000000-0000-0000-0000-000000000000';
export const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const MAX_CONTACTS = 500;
const MAX_EVENTS = 5_000;

const NEXT = statement(
  'read.replay.next_contacts',
  `select contact_id as "contactId", max(events) as events from (
  (select contact_id, version as events from engine.contact_state
   where workspace_id = $1 and contact_id > $2 order by contact_id limit $3)
  union all
  (select contact_id, 0 from read.contact where workspace_id = $1 and contact_id > $2 order by contact_id limit $3)
) t
group by contact_id order by contact_id limit $3`,
);

/** The range after an id: at most 500 contacts with 5,000 events together, or one contact; the last one reaches to the end. */
export async function nextRange(
  client: PoolClient,
  workspaceId: Uuid,
  after: Uuid,
): Promise<ContactRange & { readonly contacts: number }> {
  const { rows } = await client.query<{ contactId: Uuid; events: number }>(
    bind(NEXT, [workspaceId, after, MAX_CONTACTS]),
  );
  let events = 0;
  const over = rows.findIndex((row, index) => {
    events += row.events;
    return events > MAX_EVENTS && index > 0;
  });
  const taken = over === -1 ? rows : rows.slice(0, over);
  const isLast = over === -1 && rows.length < MAX_CONTACTS;
  const upTo = isLast ? HIGHEST : (taken.at(-1)?.contactId ?? HIGHEST);
  return { workspaceId, after, upTo, contacts: taken.length };
}
