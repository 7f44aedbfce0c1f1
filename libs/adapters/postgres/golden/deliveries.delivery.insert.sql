with fresh as (
insert into deliveries.delivery (workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, sealed)
select u.workspace_id, u.id, u.source_id, u.provider, to_timestamp(u.received_at / 1000), u.outcome, u.engagements, u.unreadable, u.replay,
  substring($10::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::float8[], $6::text[], $7::int[], $8::int[], $9::jsonb[], $11::int[], $12::int[])
  as u(workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, at, size)
on conflict do nothing
returning workspace_id, source_id, received_at, engagements + unreadable as accepted
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, date_trunc('hour', received_at), $13, sum(accepted), 0 from fresh group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined
