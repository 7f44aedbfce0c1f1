update read.effect t set recipient = null, title = null, body = null, outcomes = coalesce(
  (select jsonb_object_agg(o.key, o.value || '{"detail": null}') from jsonb_each(t.outcomes) o), '{}')
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
where t.workspace_id = k.workspace_id and t.contact_id = k.contact_id
