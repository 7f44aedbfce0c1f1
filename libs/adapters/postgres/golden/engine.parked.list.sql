select topic, partition, position, contact_id as "contactId", id, type, reason, at, parked_at as "parkedAt", error_sealed as "errorSealed",
  (extract(epoch from parked_at) * 1000000)::bigint as "parkedMicros" from engine.parked
where workspace_id = $1 and state = 'parked' and ($2::bigint is null
  or (parked_at, topic, partition, position) < ((timestamptz 'epoch' + $2::bigint * interval '1 microsecond'), $3, $4::integer, $5::bigint))
order by parked_at desc, topic desc, partition desc, position desc
limit $6
