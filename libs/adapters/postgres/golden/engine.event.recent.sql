select e.id, e.contact_id as "contactId", e.version, e.type, e.recorded_at as "recordedAt", e.correlation_id as "correlationId", e.data
from engine.lane_head h
cross join lateral (
  select * from engine.event v where v.lane = h.lane and v.position >= h.next - $2::bigint order by v.position desc limit $2::bigint
) e
where e.workspace_id = $1 and e.recorded_at >= $3
order by e.recorded_at desc, e.contact_id, e.version desc
