select workspace_id as "workspaceId", contact_id as "contactId", version, recorded_at as "recordedAt", sealed
from engine.contact_state where workspace_id = $1 and contact_id = $2
