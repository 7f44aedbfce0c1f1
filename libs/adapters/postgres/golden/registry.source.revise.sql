update registry.source
   set settings = $4, policy = $5, version = version + 1, updated_at = now()
   where workspace_id = $1 and id = $2 and state <> 'deleted' and ($3::integer is null or version = $3)
   returning id, path, workspace_id as "workspaceId", name, provider, settings, policy,
  keys_wrapped as "keysWrapped", old_keys_wrapped as "oldKeysWrapped", old_keys_until as "oldKeysUntil",
  state, version, created_at as "createdAt", updated_at as "updatedAt", (select pg_notify('afterclick_sources', '')) is not null as told
