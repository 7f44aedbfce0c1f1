select target, state, count(*) as count from delivery.effect_queue
where workspace_id = $1 and state in ('queued', 'dead')
group by target, state order by target, state
