select t.workspace_id as "workspaceId", t.contact_id as "contactId"
from engine.projection_stuck t
join unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
  on k.workspace_id = t.workspace_id and k.contact_id = t.contact_id
