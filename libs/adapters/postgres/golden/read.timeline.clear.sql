update read.timeline t set pii = null, changed = null
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
where t.workspace_id = k.workspace_id and t.contact_id = k.contact_id
