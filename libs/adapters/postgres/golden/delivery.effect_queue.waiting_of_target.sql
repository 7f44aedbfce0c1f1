select count(*) as count from (
  select from delivery.effect_queue where target = $1 and state = 'queued' limit $2
) q
