with fresh as (
insert into deliveries.quarantine (workspace_id, id, source_id, delivery_id, element, received_at, reason, sealed)
select u.workspace_id, u.id, u.source_id, u.delivery_id, u.element, to_timestamp(u.received_at / 1000), u.reason,
  substring($8::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::float8[], $7::text[], $9::int[], $10::int[])
  as u(workspace_id, id, source_id, delivery_id, element, received_at, reason, at, size)
on conflict do nothing
returning workspace_id, source_id, received_at
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, date_trunc('hour', received_at), $11, 0, count(*) from fresh group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined
