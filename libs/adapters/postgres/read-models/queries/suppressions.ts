/** Who may not be sent what. */
import type { Uuid } from '#contracts/ids.js';
import type { SuppressionRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';

export interface SuppressionFilter {
  /** In force now, or lifted; both when left out. */
  readonly inForce?: boolean | undefined;
  readonly scope?: string | undefined;
  readonly reason?: string | undefined;
}

/** since, contactId, subject and scope of the last one of the page before. */
export type SuppressionCursor = readonly [number, Uuid, Uuid, string];

const { suppression } = READ;

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Above every row: a cursor is always a bound of the index, so that a cached plan seeks to it. */
const FIRST_PAGE = ['infinity', LAST_ID, LAST_ID, ''] as const;

/** On the alias t: what an alias said of an address is its contact's word once that has one. */
export const NOT_TAKEN_OVER = `not exists (
    select from read.contact c
    join read.suppression o on o.workspace_id = c.workspace_id and o.contact_id = read.owner_of(c.workspace_id, c.contact_id)
      and o.subject = t.subject and o.scope = t.scope
    where c.workspace_id = t.workspace_id and c.contact_id = t.contact_id and c.linked_to is not null
  )`;

const LIST = statement(
  'read.suppression.list',
  `select ${suppression.selected} from read.suppression t
where t.workspace_id = $1
  and ($2::boolean is null or (t.lifted_at is null) = $2)
  and ($3::text is null or t.scope = $3)
  and ($4::text is null or t.reason = $4)
  and (t.since, t.contact_id, t.subject, t.scope) < ($5::timestamptz, $6::uuid, $7::uuid, $8::text)
  and ${NOT_TAKEN_OVER}
order by t.since desc, t.contact_id desc, t.subject desc, t.scope desc
limit $9`,
);
const OF_CONTACT = statement(
  'read.suppression.of_contact',
  `select ${suppression.selected} from read.suppression t
where t.workspace_id = $1 and t.contact_id = $2
order by t.since desc, t.subject, t.scope`,
);

/** Newest first. */
export async function listSuppressions(
  pool: Pool,
  workspaceId: Uuid,
  filter: SuppressionFilter,
  page: { readonly after: SuppressionCursor | null; readonly limit: number },
): Promise<readonly SuppressionRow[]> {
  const after = page.after ? [new Date(page.after[0]), ...page.after.slice(1)] : FIRST_PAGE;
  const values = [
    workspaceId,
    filter.inForce ?? null,
    filter.scope ?? null,
    filter.reason ?? null,
    ...after,
    page.limit,
  ];
  const { rows } = await query<SuppressionRow>(pool, bind(LIST, values));
  return rows;
}

export async function suppressionsOf(
  pool: Pool,
  workspaceId: Uuid,
  contactId: Uuid,
): Promise<readonly SuppressionRow[]> {
  const { rows } = await query<SuppressionRow>(pool, bind(OF_CONTACT, [workspaceId, contactId]));
  return rows;
}
