update registry.webhook set failures = 0, failing_since = null, hold_until = null
where workspace_id = $1 and id = $2 and failures > 0
