insert into engine.projection_stuck (workspace_id, contact_id, version, event_id, error)
values ($1, $2, $3, $4, $5)
on conflict (workspace_id, contact_id) do nothing
