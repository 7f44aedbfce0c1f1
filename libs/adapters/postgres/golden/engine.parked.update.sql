update engine.parked p set state = u.state, reason = u.reason, error_sealed = u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
  as u(topic, partition, position, workspace_id, state, reason, error_sealed)
where p.topic = u.topic and p.partition = u.partition and p.position = u.position and p.workspace_id = u.workspace_id
