delete from delivery.webhook_attempt where at < $1
