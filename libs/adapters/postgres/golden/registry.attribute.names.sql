select name, aliases from registry.attribute
where workspace_id = $1 and aliases <> '{}' and (name = any ($2::text[]) or aliases && $2::text[])
