insert into registry.api_key (id, workspace_id, name, hash, prefix, scopes) values ($1, $2, $3, $4, $5, $6)
   returning id, name, prefix, scopes, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"
