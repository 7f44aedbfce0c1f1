select s.workspace_id as "workspaceId", w.name as workspace, s.id as "sourceId", s.name, s.provider, s.created_at as "createdAt"
from registry.source s join registry.workspace w on w.id = s.workspace_id
where s.state = 'active' order by s.workspace_id, s.id
