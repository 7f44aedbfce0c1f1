update registry.api_key set expires_at = least(coalesce(expires_at, $3), $3)
   where workspace_id = $1 and id = $2 and revoked_at is null returning id, name, prefix, scopes, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"
