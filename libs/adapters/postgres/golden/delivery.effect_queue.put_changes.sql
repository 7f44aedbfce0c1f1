insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed, created_at)
select u.effect_id, $1, $2, u.contact_id, u.version, $3, u.not_after, u.event_id, u.data, '', date_trunc('milliseconds', now())
from unnest($4::uuid[], $5::uuid[], $6::integer[], $7::timestamptz[], $8::uuid[], $9::jsonb[])
  as u(effect_id, contact_id, version, not_after, event_id, data)
on conflict do nothing
