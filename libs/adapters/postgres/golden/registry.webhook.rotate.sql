update registry.webhook w set old_secret_wrapped = w.secret_wrapped, old_secret_until = $5, secret_wrapped = $4,
  version = w.version + 1, updated_at = now()
where w.workspace_id = $1 and w.id = $2 and w.version = $3 returning w.id, w.workspace_id as "workspaceId", w.name, w.url_wrapped as url, w.filter, w.retry_hours as "retryHours", w.state,
  w.disabled_reason as "disabledReason", w.position, w.mark, w.failures, w.failing_since as "failingSince", w.hold_until as "holdUntil",
  w.old_secret_until as "oldSecretUntil", w.version, w.created_at as "createdAt", w.updated_at as "updatedAt"
