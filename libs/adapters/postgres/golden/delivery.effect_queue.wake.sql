update delivery.effect_queue q set next_at = now()
from (
  select following.effect_id, following.target
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) as u(workspace_id, contact_id, target, version)
  cross join lateral (
    select n.effect_id, n.target from delivery.effect_queue n
    where n.workspace_id = u.workspace_id and n.contact_id = u.contact_id and n.target = u.target
      and n.state = 'queued' and n.version > u.version
    order by n.version limit 1
  ) following
  order by 1, 2
) next
where q.effect_id = next.effect_id and q.target = next.target and q.owner is null
