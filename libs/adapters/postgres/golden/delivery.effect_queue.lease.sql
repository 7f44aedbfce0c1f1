with looked as materialized (
  select q.effect_id, q.target, q.next_at, earlier.next_at as behind from delivery.effect_queue q
  left join lateral (
    select e.next_at from delivery.effect_queue e
    where e.workspace_id = q.workspace_id and e.contact_id = q.contact_id and e.target = q.target
      and e.state = 'queued' and e.version < q.version
    order by e.version limit 1
  ) earlier on true
  where q.target = $1 and q.state = 'queued' and q.next_at <= now()
  order by q.next_at limit $5
), due as (
  select q.effect_id, q.target from looked join delivery.effect_queue q using (effect_id, target)
  where looked.behind is null and q.state = 'queued' and q.next_at <= now()
  order by looked.next_at limit $3
  for update of q skip locked
), leased as (
  update delivery.effect_queue q
  set owner = $2, epoch = q.epoch + 1, attempts = q.attempts + 1, next_at = now() + $4 * interval '1 ms'
  from due where q.effect_id = due.effect_id and q.target = due.target
  returning q.effect_id as "effectId", q.target, q.workspace_id as "workspaceId", q.contact_id as "contactId",
  q.version, q.kind, q.not_after as "notAfter", q.event_id as "eventId", q.data, q.sealed, q.attempts, q.epoch
), waiting as (
  select q.effect_id, q.target, looked.behind from looked join delivery.effect_queue q using (effect_id, target)
  where looked.behind is not null and q.state = 'queued' and q.next_at <= now()
  for update of q skip locked
), put_off as (
  update delivery.effect_queue q set next_at = greatest(waiting.behind, now() + $6 * interval '1 ms')
  from waiting where q.effect_id = waiting.effect_id and q.target = waiting.target
  returning 1
)
select leased.*, (select count(*) from looked) = $5 and p.count > 0 as more
from (select count(*) from put_off) p left join leased on true
