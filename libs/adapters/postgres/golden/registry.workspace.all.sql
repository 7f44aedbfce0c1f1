select id, name, created_at as "createdAt" from registry.workspace order by created_at, id
