delete from delivery.effect_queue q using (
  select effect_id, target from delivery.effect_queue
  where state <> 'queued' and settled_at < $1 and not_after < $1
  order by settled_at limit $2 for update skip locked
) old
where q.effect_id = old.effect_id and q.target = old.target
