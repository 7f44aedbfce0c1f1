delete from deliveries.quarantine where received_at < $1
