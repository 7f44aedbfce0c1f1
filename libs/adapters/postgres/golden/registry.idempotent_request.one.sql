select fingerprint, started_at as "startedAt", sealed from registry.idempotent_request
where workspace_id = $1 and key_id = $2
