insert into read.timeline (workspace_id, contact_id, version, recorded_at, event_id, type, occurred_at, causation_id, correlation_id, data, pii)
select r.workspace_id, r.contact_id, r.version, r.recorded_at, r.event_id, r.type, r.occurred_at, r.causation_id, r.correlation_id, r.data, r.pii
from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[], $9::uuid[], $10::jsonb[], $11::jsonb[]) as r(workspace_id, contact_id, version, recorded_at, event_id, type, occurred_at, causation_id, correlation_id, data, pii)
