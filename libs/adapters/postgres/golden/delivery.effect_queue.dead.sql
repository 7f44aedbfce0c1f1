select effect_id as "effectId", target, contact_id as "contactId", kind, not_after as "notAfter", data, attempts,
  last_reason as "reason", created_at as "createdAt", settled_at as "settledAt", (extract(epoch from settled_at) * 1000000)::bigint as "settledMicros" from delivery.effect_queue
where workspace_id = $1 and state = 'dead' and kind <> 'contact.changed'
  and ($2::bigint is null or (settled_at, effect_id, target) < ((timestamptz 'epoch' + $2::bigint * interval '1 microsecond'), $3::uuid, $4))
order by settled_at desc, effect_id desc, target desc limit $5
