delete from registry.idempotent_request
where workspace_id = $1 and key_id = $2 and started_at = $3 and sealed is null
