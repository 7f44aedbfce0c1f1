insert into read.enrollment (workspace_id, enrollment_id, contact_id, sequence, rule, rule_version, state, enrolled_at, event_id)
select r.workspace_id, r.enrollment_id, r.contact_id, r.sequence, r.rule, r.rule_version, r.state, r.enrolled_at, r.event_id
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::timestamptz[], $9::uuid[]) as r(workspace_id, enrollment_id, contact_id, sequence, rule, rule_version, state, enrolled_at, event_id)
on conflict (workspace_id, enrollment_id) do update set contact_id = excluded.contact_id, sequence = excluded.sequence, rule = excluded.rule, rule_version = excluded.rule_version, state = excluded.state, enrolled_at = excluded.enrolled_at, event_id = excluded.event_id
