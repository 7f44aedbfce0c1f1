/** Suppressions in force that touch some addresses: their own, and those of their contacts under other addresses. */
import type { Uuid } from '#contracts/ids.js';
import type { Standing } from '#engine/suppressions/verdict.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { plainArray } from '../array-literal.js';

// An address that joined another contact, and this perhaps a third: of what each of them says of the address the last one's word counts.
const STANDING = statement(
  'read.suppression.standing',
  `with recursive way as (
  select a.subject, a.subject as contact_id, 0 as hops from unnest($2::uuid[]) as a(subject)
  union all
  select w.subject, c.linked_to, w.hops + 1 from way w
  join read.contact c on c.workspace_id = $1 and c.contact_id = w.contact_id
  where c.linked_to is not null and w.hops < 1000
), owner as (
  select distinct on (subject) subject, contact_id from way order by subject, hops desc
), own as (
  select distinct on (a.subject, s.scope, case when w.hops is null then s.contact_id end) a.subject as asked, s.*
  from unnest($2::uuid[]) as a(subject) join read.suppression s on s.workspace_id = $1 and s.subject = a.subject
  left join way w on w.subject = a.subject and w.contact_id = s.contact_id
  order by a.subject, s.scope, case when w.hops is null then s.contact_id end, w.hops desc
)
select asked, true as own, contact_id as "contactId", scope, reason, of_person as "ofPerson", since
from own where lifted_at is null
union all
select o.subject, false, s.contact_id, s.scope, s.reason, s.of_person, s.since
from owner o join read.suppression s on s.workspace_id = $1 and s.contact_id = o.contact_id and s.subject <> o.subject and s.lifted_at is null
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
