/** Whom poison is given to, and who has something parked. */
import type pg from 'pg';

const CONTACT = `select contact_id as id from read.contact where workspace_id = $1 and email is not null order by contact_id limit 1 offset $2`;

/** The `nth` contact there is. Rejects where there are not so many yet. */
export async function contactAt(client: pg.Client, workspaceId: string, nth: number): Promise<string> {
  const { rows } = await client.query<{ id: string }>(CONTACT, [workspaceId, nth]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('no contact to poison yet');
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
