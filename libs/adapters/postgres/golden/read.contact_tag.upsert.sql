insert into read.contact_tag (workspace_id, tag, contact_id)
select r.workspace_id, r.tag, r.contact_id
from unnest($1::uuid[], $2::text[], $3::uuid[]) as r(workspace_id, tag, contact_id)
on conflict (workspace_id, tag, contact_id) do nothing
