select id, element from deliveries.quarantine where workspace_id = $1 and delivery_id = $2 and state = 'open' order by element nulls first
