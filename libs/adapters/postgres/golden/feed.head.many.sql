select workspace_id as "workspaceId", position from feed.head where workspace_id = any ($1::uuid[])
