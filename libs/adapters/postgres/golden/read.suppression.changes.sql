select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.subject as "subject", t.scope as "scope", t.email as "email", t.reason as "reason", t.of_person as "ofPerson", t.since as "since", t.event_id as "eventId", t.lifted_at as "liftedAt", t.lifted_reason as "liftedReason" from read.suppression t
where t.workspace_id = $1
  and (greatest(t.since, t.lifted_at), t.contact_id, t.subject, t.scope) > ($2::timestamptz, $3::uuid, $4::uuid, $5::text)
  and greatest(t.since, t.lifted_at) >= $2
  and ($6::text is null or t.scope = $6)
  and ($7 or t.lifted_at is null)
  and not exists (
    select from read.contact c
    join read.suppression o on o.workspace_id = c.workspace_id and o.contact_id = read.owner_of(c.workspace_id, c.contact_id)
      and o.subject = t.subject and o.scope = t.scope
    where c.workspace_id = t.workspace_id and c.contact_id = t.contact_id and c.linked_to is not null
  )
order by greatest(t.since, t.lifted_at), t.contact_id, t.subject, t.scope
limit $8
