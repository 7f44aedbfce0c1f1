select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.subject as "subject", t.scope as "scope", t.email as "email", t.reason as "reason", t.of_person as "ofPerson", t.since as "since", t.event_id as "eventId", t.lifted_at as "liftedAt", t.lifted_reason as "liftedReason"
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
join read.suppression t on t.workspace_id = k.workspace_id and t.contact_id = k.contact_id
