with due as (
  select q.effect_id, q.target from delivery.effect_queue q
  where q.target = $1 and q.state = 'queued' and q.next_at <= now()
    and not exists (
      select 1 from delivery.effect_queue e
      where e.workspace_id = q.workspace_id and e.contact_id = q.contact_id and e.target = q.target
        and e.state = 'queued' and e.version < q.version)
  order by q.next_at limit $3
  for update of q skip locked
)
update delivery.effect_queue q
set owner = $2, epoch = q.epoch + 1, attempts = q.attempts + 1, next_at = now() + $4 * interval '1 ms'
from due where q.effect_id = due.effect_id and q.target = due.target
returning q.effect_id as "effectId", q.target, q.workspace_id as "workspaceId", q.contact_id as "contactId",
  q.version, q.kind, q.not_after as "notAfter", q.event_id as "eventId", q.data, q.sealed, q.attempts, q.epoch
