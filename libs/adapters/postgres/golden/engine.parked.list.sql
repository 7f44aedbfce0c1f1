select topic, partition, position, contact_id as "contactId", id, type, reason, at, parked_at as "parkedAt", error_sealed as "errorSealed" from engine.parked
where workspace_id = $1 and state = 'parked' and (parked_at, topic, partition, position) < ($2::timestamptz, $3, $4::integer, $5::bigint)
order by parked_at desc, topic desc, partition desc, position desc
limit $6
