select filter, retry_hours as "retryHours", position, mark from registry.webhook
where workspace_id = $1 and id = $2 and state = 'active' for update skip locked
