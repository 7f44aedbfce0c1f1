update delivery.effect_queue
set next_at = least(now() + $5 * interval '1 ms', not_after), last_reason = $6, owner = null,
  attempts = attempts - $7
where effect_id = $1 and target = $2 and workspace_id = $3 and epoch = $4 and state = 'queued'
