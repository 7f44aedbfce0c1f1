select id, source_id as "sourceId", provider, received_at as "receivedAt", outcome, engagements, unreadable from deliveries.delivery
where workspace_id = $1 and (received_at, id) < ($2::timestamptz, $3::uuid) and ($4::uuid is null or source_id = $4)
order by received_at desc, id desc
limit $5
