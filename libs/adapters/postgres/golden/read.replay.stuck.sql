select contact_id as "contactId", version from engine.projection_stuck where workspace_id = $1
