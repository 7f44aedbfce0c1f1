select id as "keyId", name as "keyName", workspace_id as "workspaceId", scopes from registry.api_key
   where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
