select name, scalar, list, enum_values as values, description, deprecated, aliases, version, updated_at as "updatedAt" from registry.attribute where workspace_id = $1 order by name
