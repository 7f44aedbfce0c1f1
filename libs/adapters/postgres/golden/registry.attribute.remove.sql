delete from registry.attribute where workspace_id = $1 and name = any ($2::text[])
