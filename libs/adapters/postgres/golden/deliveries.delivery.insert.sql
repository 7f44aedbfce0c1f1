insert into deliveries.delivery (workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, sealed)
select u.workspace_id, u.id, u.source_id, u.provider, to_timestamp(u.received_at / 1000), u.outcome, u.engagements, u.unreadable,
  substring($9::bytea from u.at for u.size)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::float8[], $6::text[], $7::int[], $8::int[], $10::int[], $11::int[])
  as u(workspace_id, id, source_id, provider, received_at, outcome, engagements, unreadable, at, size)
on conflict do nothing
