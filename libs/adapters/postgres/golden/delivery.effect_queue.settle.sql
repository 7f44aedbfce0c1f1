with ended as materialized (
  select q.effect_id, q.target, u.state, u.reason from delivery.effect_queue q
  join unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[])
    as u(effect_id, target, workspace_id, epoch, state, reason)
    on q.effect_id = u.effect_id and q.target = u.target and q.workspace_id = u.workspace_id
  where q.epoch = u.epoch and q.state = 'queued'
  order by 1, 2 for update of q
)
update delivery.effect_queue q set state = ended.state, last_reason = ended.reason, owner = null, settled_at = now()
from ended where q.effect_id = ended.effect_id and q.target = ended.target
returning q.effect_id as "effectId", q.target
