with asked as (
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
order by asked, own desc, scope
