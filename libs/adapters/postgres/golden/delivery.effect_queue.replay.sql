update delivery.effect_queue
set state = 'queued', attempts = 0, next_at = now(), epoch = epoch + 1, settled_at = null
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and kind <> 'contact.changed'
