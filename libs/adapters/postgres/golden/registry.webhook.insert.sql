insert into registry.webhook as w (id, workspace_id, name, url_wrapped, secret_wrapped, filter, retry_hours, position, mark)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning w.id, w.workspace_id as "workspaceId", w.name, w.url_wrapped as url, w.filter, w.retry_hours as "retryHours", w.state,
  w.disabled_reason as "disabledReason", w.position, w.mark, w.failures, w.failing_since as "failingSince", w.hold_until as "holdUntil",
  w.old_secret_until as "oldSecretUntil", w.version, w.created_at as "createdAt", w.updated_at as "updatedAt"
