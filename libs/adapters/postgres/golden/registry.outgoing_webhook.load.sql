select url_wrapped as url, secret_wrapped as secret, state from registry.outgoing_webhook where workspace_id = $1
