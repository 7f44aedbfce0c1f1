select name, description from registry.sequence where workspace_id = $1 order by name
