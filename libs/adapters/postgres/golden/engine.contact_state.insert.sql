insert into engine.contact_state (workspace_id, contact_id, version, recorded_at, sealed)
select u.workspace_id, u.contact_id, u.version, to_timestamp(u.recorded_at / 1000), substring($5::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::float8[], $6::int[], $7::int[])
  as u(workspace_id, contact_id, version, recorded_at, at, size)
on conflict do nothing
