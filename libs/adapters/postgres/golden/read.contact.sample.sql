(select contact_id as id from read.contact
  where workspace_id = $1 and contact_id >= $2 and linked_to is null and not deleted and not erased order by contact_id limit $3)
union all
(select contact_id as id from read.contact
  where workspace_id = $1 and contact_id < $2 and linked_to is null and not deleted and not erased order by contact_id limit $3)
limit $3
