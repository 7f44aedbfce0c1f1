select workspace_id as "workspaceId", day, purpose, wrapped from sealing.workspace_key
where ($1::uuid is null or workspace_id = $1) and day between $2 and $3
