select id, workspace_id as "workspaceId", number, rules, author
from registry.publication where workspace_id = $1 order by number desc limit 1
