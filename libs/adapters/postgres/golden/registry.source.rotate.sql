update registry.source
   set keys_wrapped = $4, old_keys_wrapped = $5, old_keys_until = to_timestamp($6 / 1000.0),
       version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and version = $3
   returning id, path, workspace_id as "workspaceId", name, provider, settings, policy,
  keys_wrapped as "keysWrapped", old_keys_wrapped as "oldKeysWrapped", old_keys_until as "oldKeysUntil",
  state, version, created_at as "createdAt", updated_at as "updatedAt", (select pg_notify('afterclick_sources', '')) is not null as told
