update read.notification t set title = null, body = null, recipient = null, taken_by = null, done_by = null
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
where t.workspace_id = k.workspace_id and t.contact_id = k.contact_id
