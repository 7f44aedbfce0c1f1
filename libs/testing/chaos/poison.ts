/** A record that no version of ours can read, put on the log behind its back: one whose seal is not of its key. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';

const CONTACT = `select contact_id as id from read.contact where workspace_id = $1 and email is not null order by contact_id limit 1 offset $2`;

/** As an appender does it: under the lock of the head. The data names no source, so that it is in no books. */
const APPEND = `
with partition as (
  select t.id as topic_id, h.topic, h.partition from log.topic t join log.head h on h.topic = t.name
  where t.name = 'engagements.g1' and h.partition = mod(('x' || substr($2::text, 1, 8))::bit(32)::bigint, t.partitions)
), head as (
  update log.head h set next = h.next + 1 from partition p where h.topic = p.topic and h.partition = p.partition
  returning h.next - 1 as position
)
insert into log.record (topic_id, partition, position, key, workspace_id, id, type, v, at, data, sealed)
select p.topic_id, p.partition, head.position, $2::uuid, $1, gen_random_uuid(), 'engagement', 1, now(), '{}', $3
from partition p, head`;

/** The contact it was given to: what is told of it from now on waits. `nth`: which contact. */
export async function poison(client: pg.Client, workspaceId: string, nth: number): Promise<string> {
  const { rows } = await client.query<{ id: string }>(CONTACT, [workspaceId, nth]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('no contact to poison yet');
  await client.query(APPEND, [workspaceId, id, randomBytes(64)]);
  return id;
}

/** Contacts of which something is parked. */
export async function parkedContacts(client: pg.Client, workspaceId: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select distinct contact_id as id from engine.parked where workspace_id = $1 and state = 'parked' and contact_id is not null`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}
