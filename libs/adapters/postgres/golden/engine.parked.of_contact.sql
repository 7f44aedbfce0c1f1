select topic, partition, position, workspace_id as "workspaceId", contact_id as "contactId", id, type, v, at, data, sealed,
  reason, error_sealed as "errorSealed"
from engine.parked where workspace_id = $1 and contact_id = $2 and state = 'parked'
order by length(topic), topic, position limit $3
