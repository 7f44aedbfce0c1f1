select id, path, workspace_id as "workspaceId", name, provider, settings, policy,
  keys_wrapped as "keysWrapped", old_keys_wrapped as "oldKeysWrapped", old_keys_until as "oldKeysUntil",
  state, version, created_at as "createdAt", updated_at as "updatedAt" from registry.source
   where workspace_id = $1 and id = $2 and state <> 'deleted' for update
