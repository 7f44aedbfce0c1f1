insert into delivery.effect_queue (effect_id, target, workspace_id, contact_id, version, kind, not_after, event_id, data, sealed)
select u.effect_id, t.target, u.workspace_id, u.contact_id, u.version, u.kind, to_timestamp(u.not_after / 1000), u.event_id, u.data,
  substring($9::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::float8[], $7::uuid[], $8::jsonb[], $10::int[], $11::int[])
  as u(effect_id, workspace_id, contact_id, version, kind, not_after, event_id, data, at, size)
cross join lateral (
  select 'inbox' as target where u.kind = 'notify'
  union all
  select 'unattended' where u.kind <> 'notify'
  union all
  select 'webhook' from registry.outgoing_webhook w
  where u.kind = 'notify' and w.workspace_id = u.workspace_id and w.state = 'active'
) t
order by 1, 2
on conflict do nothing
