/** Suppressions in force that touch some addresses: their own, and those of their contacts under other addresses. */
import type { Uuid } from '#contracts/ids.js';
import type { Standing } from '#engine/suppressions/verdict.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { plainArray } from '../array-literal.js';

// Of an address that joined another contact, that one has the last word where it has one.
const STANDING = statement(
  'read.suppression.standing',
  `with asked as (
  select a.subject, coalesce(c.linked_to, c.contact_id) as contact_id
  from unnest($2::uuid[]) as a(subject)
  left join read.contact c on c.workspace_id = $1 and c.contact_id = a.subject
)
select a.subject as asked, true as own, s.contact_id as "contactId", s.scope, s.reason, s.of_person as "ofPerson", s.since
from asked a join read.suppression s on s.workspace_id = $1 and s.subject = a.subject and s.lifted_at is null
where not exists (
  select from read.suppression o
  where o.workspace_id = $1 and o.contact_id = a.contact_id and o.contact_id <> s.contact_id and o.subject = s.subject and o.scope = s.scope
)
union all
select a.subject, false, s.contact_id, s.scope, s.reason, s.of_person, s.since
from asked a join read.suppression s on s.workspace_id = $1 and s.contact_id = a.contact_id and s.subject <> a.subject and s.lifted_at is null
order by asked, own desc, scope`,
);

/** In the order of the subjects' ids; an address's own come first. */
export async function standingAgainst(
  pool: Pool,
  workspaceId: Uuid,
  subjects: readonly Uuid[],
): Promise<readonly Standing[]> {
  if (subjects.length === 0) return [];
  const { rows } = await query<Standing>(pool, bind(STANDING, [workspaceId, plainArray(subjects)]));
  return rows;
}
