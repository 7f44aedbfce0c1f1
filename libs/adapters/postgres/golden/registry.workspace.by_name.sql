select id, name, created_at as "createdAt" from registry.workspace where name = $1
