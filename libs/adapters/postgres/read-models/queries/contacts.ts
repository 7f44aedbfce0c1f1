/** Contacts by their ids. */
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { PRESENT_CONTACT } from './present-names.js';

const ONE = statement(
  'read.contact.one',
  `select ${PRESENT_CONTACT} from read.contact t where t.workspace_id = $1 and t.contact_id = $2`,
);
const OWNER = statement(
  'read.contact.owner',
  `select ${PRESENT_CONTACT} from read.contact t where t.workspace_id = $1 and t.contact_id = read.owner_of($1, $2)`,
);
const MANY = statement(
  'read.contact.many',
  `select ${PRESENT_CONTACT} from read.contact t where t.workspace_id = $1 and t.contact_id = any($2::uuid[])`,
);

export async function contactById(pool: Pool, workspaceId: Uuid, contactId: Uuid): Promise<ContactRow | null> {
  const { rows } = await query<ContactRow>(pool, bind(ONE, [workspaceId, contactId]));
  return rows[0] ?? null;
}

const OWNERS = statement(
  'read.contact.owners',
  `select t.contact_id as "contactId", read.owner_of($1, t.contact_id) as owner from read.contact t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[]) and t.linked_to is not null`,
);

/** Of those of the ids that are aliases: the contact each has become part of. */
export async function ownersOf(pool: Pool, workspaceId: Uuid, ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, Uuid>> {
  if (ids.length === 0) return new Map();
  const { rows } = await query<{ contactId: Uuid; owner: Uuid }>(pool, bind(OWNERS, [workspaceId, [...new Set(ids)]]));
  return new Map(rows.filter(({ contactId, owner }) => owner !== contactId).map((one) => [one.contactId, one.owner]));
}

/** The contact that this id leads to: its own, or the one that it has become part of. */
export async function contactOf(pool: Pool, workspaceId: Uuid, contactId: Uuid): Promise<ContactRow | null> {
  const { rows } = await query<ContactRow>(pool, bind(OWNER, [workspaceId, contactId]));
  return rows[0] ?? null;
}

/** Those of the ids that are on record, by id. */
export async function contactsById(
  pool: Pool,
  workspaceId: Uuid,
  ids: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, ContactRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await query<ContactRow>(pool, bind(MANY, [workspaceId, [...new Set(ids)]]));
  return new Map(rows.map((row) => [row.contactId, row]));
}
