select w.id, w.workspace_id as "workspaceId", w.name, w.url_wrapped as url, w.filter, w.retry_hours as "retryHours", w.state,
  w.disabled_reason as "disabledReason", w.position, w.mark, w.failures, w.failing_since as "failingSince", w.hold_until as "holdUntil",
  w.old_secret_until as "oldSecretUntil", w.version, w.created_at as "createdAt", w.updated_at as "updatedAt" from registry.webhook w where w.workspace_id = $1 and w.id = $2
