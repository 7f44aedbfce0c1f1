insert into engine.timer as t (workspace_id, contact_id, purpose, due_at)
select u.workspace_id, u.contact_id, u.purpose, to_timestamp(u.due_at / 1000)
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[]) as u(workspace_id, contact_id, purpose, due_at)
on conflict (workspace_id, contact_id, purpose) do update set due_at = excluded.due_at where t.due_at > excluded.due_at
