insert into engine.contact_state (workspace_id, contact_id, version, recorded_at, sealed)
values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5) on conflict do nothing
