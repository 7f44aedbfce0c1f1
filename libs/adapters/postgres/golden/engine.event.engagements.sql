select e.* from unnest($1::uuid[], $2::uuid[], $3::int[]) as u(workspace_id, contact_id, above)
cross join lateral (
  select e.id, e.workspace_id as "workspaceId", e.contact_id as "contactId", e.version, e.type, e.v,
  e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.causation_id as "causationId",
  e.correlation_id as "correlationId", e.data, e.pii, e.input_topic as "inputTopic",
  e.input_partition as "inputPartition", e.input_position as "inputPosition", e.lane, e.position from engine.event e
  where e.workspace_id = u.workspace_id and e.contact_id = u.contact_id and e.version > u.above
    and e.type in ('engagement_recorded', 'engagement_reclassified')
  order by e.version limit $4
) e
