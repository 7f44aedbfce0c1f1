delete from deliveries.delivery where received_at < $1
