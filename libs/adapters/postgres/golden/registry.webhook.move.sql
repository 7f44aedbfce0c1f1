update registry.webhook set position = $3, mark = $4 where workspace_id = $1 and id = $2
