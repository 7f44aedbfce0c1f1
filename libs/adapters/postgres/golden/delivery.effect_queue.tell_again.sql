update delivery.effect_queue
set state = 'queued', attempts = 0, next_at = now(), epoch = epoch + 1, owner = null, settled_at = null,
  not_after = greatest(not_after, now() + $4 * interval '1 hour')
where workspace_id = $1 and target = $2 and effect_id = $3 and state in ('delivered', 'dead', 'expired', 'discarded')
