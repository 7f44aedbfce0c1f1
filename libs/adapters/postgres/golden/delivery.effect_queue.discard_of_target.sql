update delivery.effect_queue set state = 'discarded', epoch = epoch + 1, owner = null, settled_at = now()
where target = $1 and workspace_id = $2 and state = 'queued'
