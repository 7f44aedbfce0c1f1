with recursive workspaces(id) as (
  (select workspace_id from delivery.effect_queue where target = $1 and state = 'queued' order by workspace_id limit 1)
  union all
  select (
    select n.workspace_id from delivery.effect_queue n
    where n.target = $1 and n.state = 'queued' and n.workspace_id > w.id order by n.workspace_id limit 1
  ) from workspaces w where w.id is not null
), allowed as (
  select w.id, coalesce(held.may, $9::int) as may from workspaces w
  left join unnest($7::uuid[], $8::int[]) as held(id, may) on held.id = w.id
  where w.id is not null and coalesce(held.may, $9::int) > 0
), looked as materialized (
  select q.effect_id, q.target, q.workspace_id, q.next_at, allowed.may, earlier.next_at as behind,
    earlier.effect_id as head from allowed
  cross join lateral (
    select d.effect_id, d.target, d.workspace_id, d.contact_id, d.version, d.next_at from delivery.effect_queue d
    where d.target = $1 and d.workspace_id = allowed.id and d.state = 'queued' and d.next_at <= now()
    order by d.next_at limit $5
  ) q
  left join lateral (
    select e.effect_id, e.next_at from delivery.effect_queue e
    where e.workspace_id = q.workspace_id and e.contact_id = q.contact_id and e.target = q.target
      and e.state = 'queued' and e.version < q.version
    order by e.version limit 1
  ) earlier on true
), ready as (
  select effect_id, target, next_at, may, row_number() over (partition by workspace_id order by next_at) as place
  from looked where behind is null
), due as (
  select q.effect_id, q.target from ready join delivery.effect_queue q using (effect_id, target)
  where ready.place <= ready.may and q.state = 'queued' and q.next_at <= now()
  order by ready.next_at limit $3
  for update of q skip locked
), leased as (
  update delivery.effect_queue q
  set owner = $2, epoch = q.epoch + 1, attempts = q.attempts + 1, next_at = now() + $4 * interval '1 ms'
  from due where q.effect_id = due.effect_id and q.target = due.target
  returning q.effect_id as "effectId", q.target, q.workspace_id as "workspaceId", q.contact_id as "contactId",
  q.version, q.kind, q.not_after as "notAfter", q.event_id as "eventId", q.data, q.sealed, q.attempts, q.epoch
), waiting as (
  select q.effect_id, q.target, looked.behind from looked join delivery.effect_queue q using (effect_id, target)
  join delivery.effect_queue e on e.effect_id = looked.head and e.target = looked.target
  where looked.behind is not null and q.state = 'queued' and q.next_at = looked.next_at and e.state = 'queued'
  for update of q, e skip locked
), put_off as (
  update delivery.effect_queue q set next_at = greatest(waiting.behind, now() + $6 * interval '1 ms')
  from waiting where q.effect_id = waiting.effect_id and q.target = waiting.target
  returning 1
), full_looks as (
  select 1 from looked group by workspace_id having count(*) = $5
)
select leased.*, exists (select from full_looks) and p.count > 0 as more
from (select count(*) from put_off) p left join leased on true
