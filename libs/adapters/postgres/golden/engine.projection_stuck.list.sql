select t.contact_id as "contactId", t.version, t.event_id as "eventId", t.error, t.stuck_at as "stuckAt"
from engine.projection_stuck t where t.workspace_id = $1 order by t.stuck_at, t.contact_id limit 1000
