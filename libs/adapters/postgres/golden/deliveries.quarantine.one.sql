select id, source_id as "sourceId", delivery_id as "deliveryId", element, received_at as "receivedAt", reason, state, sealed from deliveries.quarantine where workspace_id = $1 and id = $2
