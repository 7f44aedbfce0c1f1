delete from registry.outgoing_webhook where workspace_id = $1
