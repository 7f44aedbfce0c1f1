/** Contacts as people look for them. Texts are put together by what is asked, so that each is planned for the index that fits. */
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';

export interface ContactFilter {
  /** Normalised address, whole. */
  readonly email?: string | undefined;
  /** Beginning of a normalised address. */
  readonly emailPrefix?: string | undefined;
  readonly tag?: string | undefined;
  readonly stage?: string | undefined;
  readonly minScore?: number | undefined;
  readonly maxScore?: number | undefined;
  readonly suppressed?: boolean | undefined;
  /** Milliseconds, inclusive. With it the list runs from the oldest change to the newest, else from the newest. */
  readonly updatedSince?: number | undefined;
}

/** updatedAt and contactId of the last contact of the page before. */
export type ContactCursor = readonly [number, Uuid];

const { contact } = READ;

/** A tag as read.contact_tag holds it, and an address as its index does. */
const INDEXED_LENGTH = 200;

const ONE = statement(
  'read.contact.one',
  `select ${contact.selected} from read.contact t where t.workspace_id = $1 and t.contact_id = $2`,
);
const MANY = statement(
  'read.contact.many',
  `select ${contact.selected} from read.contact t where t.workspace_id = $1 and t.contact_id = any($2::uuid[])`,
);

export async function contactById(pool: Pool, workspaceId: Uuid, contactId: Uuid): Promise<ContactRow | null> {
  const { rows } = await query<ContactRow>(pool, bind(ONE, [workspaceId, contactId]));
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

/** At most `limit` contacts after the cursor, by (updatedAt, contactId). Aliases are left out, for their contact is there, and those deleted. */
export async function listContacts(
  pool: Pool,
  workspaceId: Uuid,
  filter: ContactFilter,
  page: { readonly after: ContactCursor | null; readonly limit: number },
): Promise<readonly ContactRow[]> {
  const { text, values } = contactList(workspaceId, filter, page);
  const { rows } = await query<ContactRow>(pool, { text, values });
  return rows;
}

/** The statement of a list, for its plan to be looked at. */
export function contactList(
  workspaceId: Uuid,
  filter: ContactFilter,
  { after, limit }: { readonly after: ContactCursor | null; readonly limit: number },
): { text: string; values: unknown[] } {
  const values: unknown[] = [workspaceId];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const where = ['t.workspace_id = $1', 't.linked_to is null', 'not t.deleted', ...conditions(filter, given)];
  const order = filter.updatedSince === undefined ? 'desc' : 'asc';
  if (after)
    where.push(
      `(t.updated_at, t.contact_id) ${order === 'asc' ? '>' : '<'} (${given(new Date(after[0]))}, ${given(after[1])})`,
    );
  const text = `select ${contact.selected} from read.contact t
where ${where.join(' and ')}
order by t.updated_at ${order}, t.contact_id ${order}
limit ${given(limit)}`;
  return { text, values };
}

function conditions(filter: ContactFilter, given: (value: unknown) => string): string[] {
  const { email, emailPrefix, tag, stage, minScore, maxScore, suppressed, updatedSince } = filter;
  const where: string[] = [];
  if (email !== undefined)
    where.push(
      `left(t.email, ${INDEXED_LENGTH}) = left(${given(email)}, ${INDEXED_LENGTH}) and t.email = ${given(email)}`,
    );
  if (emailPrefix !== undefined)
    where.push(`left(t.email, ${INDEXED_LENGTH}) like ${given(likePrefix(emailPrefix.slice(0, INDEXED_LENGTH)))}`);
  if (tag !== undefined)
    where.push(
      `exists (select from read.contact_tag g where g.workspace_id = $1 and g.tag = ${given(tag.slice(0, INDEXED_LENGTH))} and g.contact_id = t.contact_id)`,
    );
  if (stage !== undefined) where.push(`t.stage = ${given(stage)}`);
  if (minScore !== undefined) where.push(`t.score >= ${given(minScore)}`);
  if (maxScore !== undefined) where.push(`t.score <= ${given(maxScore)}`);
  if (suppressed !== undefined) where.push(`t.suppressed = ${given(suppressed)}`);
  if (updatedSince !== undefined) where.push(`t.updated_at >= ${given(new Date(updatedSince))}`);
  return where;
}

function likePrefix(prefix: string): string {
  return `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
}
