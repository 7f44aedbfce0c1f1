update read.enrollment t set state = 'exited'
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, enrollment_id)
where t.workspace_id = k.workspace_id and t.enrollment_id = k.enrollment_id
