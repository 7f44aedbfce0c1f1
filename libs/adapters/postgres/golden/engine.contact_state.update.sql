update engine.contact_state s
set version = u.version, recorded_at = to_timestamp(u.recorded_at / 1000), sealed = substring($6::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::float8[], $7::int[], $8::int[])
  as u(workspace_id, contact_id, loaded, version, recorded_at, at, size)
where s.workspace_id = u.workspace_id and s.contact_id = u.contact_id and s.version = u.loaded
