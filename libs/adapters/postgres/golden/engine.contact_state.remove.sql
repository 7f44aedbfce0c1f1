delete from engine.contact_state where workspace_id = $1 and contact_id = $2 and version = $3
