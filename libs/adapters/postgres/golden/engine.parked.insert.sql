insert into engine.parked (topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
select u.topic, u.partition, u.position, u.workspace_id, u.contact_id, u.id, u.type, u.v, to_timestamp(u.at / 1000), u.data,
  u.sealed, u.reason, u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::smallint[],
    $9::float8[], $10::json[], $11::bytea[], $12::text[], $13::bytea[])
  as u(topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
on conflict do nothing
