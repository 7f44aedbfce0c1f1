select effect_id as "effectId", target, contact_id as "contactId", kind, not_after as "notAfter", data, attempts,
  last_reason as "reason", created_at as "createdAt", settled_at as "settledAt", event_id as "eventId", sealed from delivery.effect_queue
where workspace_id = $1 and effect_id = $2 and target = $3 and state = 'dead' and kind <> 'contact.changed'
