select c.position, c.mark, c.contact_id as "contactId", c.version, c.fed_at as "fedAt", c.recorded_at as "recordedAt",
  t.event_id as "eventId", t.type, t.occurred_at as "occurredAt", t.causation_id as "causationId",
  t.correlation_id as "correlationId", t.data, t.changed
from (
  select * from feed.change where workspace_id = $1 and position >= $2 and position <= $3 order by position limit $4
) c
left join read.timeline t
  on t.workspace_id = $1 and t.contact_id = c.contact_id and t.version = c.version and t.recorded_at = c.recorded_at
order by c.position
