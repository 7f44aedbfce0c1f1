delete from engine.held_workspace where workspace_id = $1 returning since
