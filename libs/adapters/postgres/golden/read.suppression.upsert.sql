insert into read.suppression (workspace_id, contact_id, subject, scope, email, reason, since, event_id, lifted_at, lifted_reason)
select r.workspace_id, r.contact_id, r.subject, r.scope, r.email, r.reason, r.since, r.event_id, r.lifted_at, r.lifted_reason
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::uuid[], $9::timestamptz[], $10::text[]) as r(workspace_id, contact_id, subject, scope, email, reason, since, event_id, lifted_at, lifted_reason)
on conflict (workspace_id, contact_id, subject, scope) do update set email = excluded.email, reason = excluded.reason, since = excluded.since, event_id = excluded.event_id, lifted_at = excluded.lifted_at, lifted_reason = excluded.lifted_reason
