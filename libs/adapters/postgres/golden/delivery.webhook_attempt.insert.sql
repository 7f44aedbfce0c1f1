insert into delivery.webhook_attempt (workspace_id, webhook_id, effect_id, contact_id, attempt, status, reason, took_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8)
