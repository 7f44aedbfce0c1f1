select id, received_at as "receivedAt" from deliveries.delivery
where workspace_id = $1 and source_id = $2 and (received_at, id) > ($3::timestamptz, $4::uuid) and received_at <= $5
order by received_at, id
limit $6
