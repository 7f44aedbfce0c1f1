select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.subject as "subject", t.scope as "scope", t.email as "email", t.reason as "reason", t.of_person as "ofPerson", t.since as "since", t.event_id as "eventId", t.lifted_at as "liftedAt", t.lifted_reason as "liftedReason" from read.suppression t
where t.workspace_id = $1 and t.contact_id = $2
order by t.since desc, t.subject, t.scope
