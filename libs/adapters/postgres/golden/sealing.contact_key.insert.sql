insert into sealing.contact_key (workspace_id, contact_id, wrapped)
select u.workspace_id, u.contact_id, substring($3::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $4::int[], $5::int[]) as u(workspace_id, contact_id, at, size)
on conflict do nothing
