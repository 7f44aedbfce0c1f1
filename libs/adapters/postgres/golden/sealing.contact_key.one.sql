select wrapped from sealing.contact_key where workspace_id = $1 and contact_id = $2
