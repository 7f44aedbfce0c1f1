select count(*) as total from engine.contact_state where workspace_id = $1
