select id, source_id as "sourceId", delivery_id as "deliveryId", element, received_at as "receivedAt", reason, state, sealed from deliveries.quarantine
where workspace_id = $1 and delivery_id = $2 and received_at = $3
order by element nulls first, id
