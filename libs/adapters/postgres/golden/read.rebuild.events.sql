select e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
  e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.causation_id as "causationId",
  e.correlation_id as "correlationId", e.data, e.pii, e.input_topic as "inputTopic",
  e.input_partition as "inputPartition", e.input_position as "inputPosition", e.lane, e.position from engine.event e
join unnest($6::integer[], $7::bigint[]) as v(lane, next) on v.lane = e.lane and e.position < v.next
where e.workspace_id = $1 and e.contact_id = any ($2::uuid[]) and (e.contact_id, e.version) > ($3::uuid, $4::integer)
order by e.contact_id, e.version limit $5
