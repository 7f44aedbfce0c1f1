update registry.outgoing_webhook set state = $2, version = version + 1, updated_at = now() where workspace_id = $1
