select contact_id as "contactId", wrapped from sealing.contact_key
where workspace_id = $1 and contact_id = any ($2::uuid[])
