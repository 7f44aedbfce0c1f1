insert into engine.source_gap (workspace_id, source_id, kind, from_at, to_at, found_at) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing returning 1
