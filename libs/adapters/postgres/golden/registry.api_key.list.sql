select id, name, prefix, scopes, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt" from registry.api_key where workspace_id = $1 order by created_at, id
