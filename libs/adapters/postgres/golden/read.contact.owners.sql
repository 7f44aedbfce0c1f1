select t.contact_id as "contactId", read.owner_of($1, t.contact_id) as owner from read.contact t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[]) and t.linked_to is not null
