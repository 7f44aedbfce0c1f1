insert into deliveries.delivery (workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, sealed)
select u.workspace_id, u.id, u.source_id, u.provider, to_timestamp(u.received_at / 1000), u.outcome, u.engagements, u.unreadable, u.replay,
  substring($10::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::float8[], $6::text[], $7::int[], $8::int[], $9::jsonb[], $11::int[], $12::int[])
  as u(workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, replay, at, size)
on conflict do nothing
