update engine.source_gap set settled_at = $3
where workspace_id = $1 and source_id = $2 and settled_at is null and to_at is not null
