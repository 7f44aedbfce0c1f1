update registry.webhook set state = 'disabled', disabled_reason = $3, version = version + 1, updated_at = now()
where workspace_id = $1 and id = $2
