update delivery.effect_queue set state = 'discarded'
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and kind <> 'contact.changed'
