delete from engine.projection_stuck where workspace_id = $1 and contact_id > $2 and contact_id <= $3
returning contact_id as "contactId", version
