select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.version as "version", t.recorded_at as "recordedAt", t.event_id as "eventId", t.type as "type", t.occurred_at as "occurredAt", t.causation_id as "causationId", t.correlation_id as "correlationId", t.data as "data", t.pii as "pii", t.changed as "changed" from read.timeline t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[]) and t.event_id = any($3::uuid[])
order by t.recorded_at, t.contact_id, t.version
