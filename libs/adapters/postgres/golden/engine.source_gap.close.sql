update engine.source_gap set to_at = $4
where workspace_id = $1 and source_id = $2 and kind = 'silence' and to_at is null and from_at = $3
