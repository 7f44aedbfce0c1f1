delete from registry.idempotent_request r using (
  select workspace_id, key_id from registry.idempotent_request
  where started_at <= $1 order by started_at limit 100 for update skip locked
) old where r.workspace_id = old.workspace_id and r.key_id = old.key_id
