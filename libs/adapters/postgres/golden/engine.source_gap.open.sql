select g.from_at as "from" from engine.source_gap g
where g.workspace_id = $1 and g.source_id = $2 and g.kind = 'silence' and g.to_at is null
