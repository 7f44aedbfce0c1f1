select workspace_id as "workspaceId", id, kind, source_id as "sourceId", wish, key_wrapped as "wrapped", about, size, received,
  state, rows, inputs, changed, unchanged, rejected, created_at as "createdAt", updated_at as "updatedAt", finished_at as "finishedAt" from imports.import where workspace_id = $1 and id = $2
