delete from registry.team where workspace_id = $1 and name <> all ($2::text[])
