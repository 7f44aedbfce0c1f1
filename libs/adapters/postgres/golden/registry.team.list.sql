select name, members from registry.team where workspace_id = $1 order by name
