with lane as (
  insert into log.outbox_lane as l (lane, next) values ($1, cardinality($2::int[]))
  on conflict (lane) do update set next = l.next + excluded.next
  returning l.next - cardinality($2::int[]) as first
)
insert into log.outbox (lane, position, topic, key, partition, workspace_id, id, type, v, at, data, sealed)
select $1, lane.first + r.place, r.topic, r.key, r.partition, r.workspace_id, r.id, r.type, r.v, to_timestamp(r.at / 1000),
  r.data, r.sealed
from lane, unnest($2::int[], $3::text[], $4::uuid[], $5::smallint[], $6::uuid[], $7::uuid[], $8::text[], $9::smallint[],
  $10::float8[], $11::json[], $12::bytea[]) as r(place, topic, key, partition, workspace_id, id, type, v, at, data, sealed)
