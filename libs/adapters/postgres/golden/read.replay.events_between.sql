select e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
  e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.causation_id as "causationId",
  e.correlation_id as "correlationId", e.data, e.pii, e.input_topic as "inputTopic",
  e.input_partition as "inputPartition", e.input_position as "inputPosition", e.lane, e.position from unnest($2::integer[], $3::bigint[], $4::bigint[]) as v(lane, first, next)
join engine.event e on e.lane = v.lane and e.position >= v.first and e.position < v.next
where e.workspace_id = $1
