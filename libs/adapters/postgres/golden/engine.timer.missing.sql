select count(*)::int as missing
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[]) as u(workspace_id, contact_id, purpose, due_at)
where not exists (
  select from engine.timer t where t.workspace_id = u.workspace_id and t.contact_id = u.contact_id and t.purpose = u.purpose
    and t.due_at <= to_timestamp(u.due_at / 1000)
)
