select effect_id as "effectId", target, contact_id as "contactId", kind, not_after as "notAfter", data, attempts,
  last_reason as "reason", created_at as "createdAt", settled_at as "settledAt" from delivery.effect_queue
where workspace_id = $1 and state = 'dead' and kind <> 'contact.changed' and (settled_at, effect_id) < ($2::timestamptz, $3::uuid)
order by settled_at desc, effect_id desc limit $4
