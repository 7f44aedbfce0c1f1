select id, workspace_id as "workspaceId", contact_id as "contactId", version, type, v, occurred_at as "occurredAt",
    recorded_at as "recordedAt", causation_id as "causationId", correlation_id as "correlationId", data, pii,
    input_topic as "inputTopic", input_partition as "inputPartition", input_position as "inputPosition", lane, position
  from engine.event where lane = $1 and position >= $2 order by position limit 1
