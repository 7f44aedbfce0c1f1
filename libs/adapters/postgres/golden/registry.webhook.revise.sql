update registry.webhook w set name = $4, url_wrapped = $5, filter = $6, retry_hours = $7, state = $8,
  disabled_reason = case when $8 = 'disabled' then w.disabled_reason end,
  failures = case when $8 = w.state then w.failures else 0 end,
  failing_since = case when $8 = w.state then w.failing_since end,
  hold_until = case when $8 = w.state then w.hold_until end,
  position = coalesce($9, w.position), mark = coalesce($10, w.mark), version = w.version + 1, updated_at = now()
where w.workspace_id = $1 and w.id = $2 and w.version = $3 returning w.id, w.workspace_id as "workspaceId", w.name, w.url_wrapped as url, w.filter, w.retry_hours as "retryHours", w.state,
  w.disabled_reason as "disabledReason", w.position, w.mark, w.failures, w.failing_since as "failingSince", w.hold_until as "holdUntil",
  w.old_secret_until as "oldSecretUntil", w.version, w.created_at as "createdAt", w.updated_at as "updatedAt"
