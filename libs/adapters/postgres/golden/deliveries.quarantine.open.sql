select id, source_id as "sourceId", delivery_id as "deliveryId", element, received_at as "receivedAt", reason, state from deliveries.quarantine
where workspace_id = $1 and state = 'open' and (received_at, id) < ($2::timestamptz, $3::uuid)
  and ($4::uuid is null or source_id = $4)
order by received_at desc, id desc
limit $5
