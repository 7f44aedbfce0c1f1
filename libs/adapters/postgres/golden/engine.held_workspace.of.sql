select workspace_id as id from engine.held_workspace where workspace_id = any($1::uuid[]) for share
