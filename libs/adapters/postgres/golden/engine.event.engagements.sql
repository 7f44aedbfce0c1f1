select e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
  e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.causation_id as "causationId",
  e.correlation_id as "correlationId", e.data, e.pii, e.input_topic as "inputTopic",
  e.input_partition as "inputPartition", e.input_position as "inputPosition", e.lane, e.position
from unnest($1::uuid[], $2::uuid[]) as u(workspace_id, contact_id)
join engine.event e on e.workspace_id = u.workspace_id and e.contact_id = u.contact_id
where e.type = 'engagement_recorded'
order by e.workspace_id, e.contact_id, e.version
