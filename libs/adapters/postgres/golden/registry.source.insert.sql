insert into registry.source (id, path, workspace_id, name, provider, settings, policy, keys_wrapped)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (workspace_id, name) do nothing
   returning id, path, workspace_id as "workspaceId", name, provider, settings, policy,
  keys_wrapped as "keysWrapped", old_keys_wrapped as "oldKeysWrapped", old_keys_until as "oldKeysUntil",
  state, version, created_at as "createdAt", updated_at as "updatedAt", (select pg_notify('afterclick_sources', '')) is not null as told
