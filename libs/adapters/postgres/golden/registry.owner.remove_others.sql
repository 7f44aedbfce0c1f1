delete from registry.owner where workspace_id = $1 and email <> all ($2::text[])
