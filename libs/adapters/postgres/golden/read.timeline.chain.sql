with recursive chain as (
  select t.* from read.timeline t where t.workspace_id = $1 and t.contact_id = $2 and t.version = $3
  union all
  select p.* from chain c
  join read.timeline p on p.workspace_id = $1 and p.contact_id = $2 and p.version < c.version and p.event_id = c.causation_id
)
select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.version as "version", t.recorded_at as "recordedAt", t.event_id as "eventId", t.type as "type", t.occurred_at as "occurredAt", t.causation_id as "causationId", t.correlation_id as "correlationId", t.data as "data", t.pii as "pii", t.changed as "changed" from chain t order by t.version
