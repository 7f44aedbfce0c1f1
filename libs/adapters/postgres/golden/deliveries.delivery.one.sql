select id, source_id as "sourceId", provider, received_at as "receivedAt", outcome, engagements, unreadable, replay, sealed from deliveries.delivery where workspace_id = $1 and id = $2
