select contact_id as "contactId", max(events) as events from (
  (select contact_id, version as events from engine.contact_state
   where workspace_id = $1 and contact_id > $2 order by contact_id limit $3)
  union all
  (select contact_id, 0 from read.contact where workspace_id = $1 and contact_id > $2 order by contact_id limit $3)
) t
group by contact_id order by contact_id limit $3
