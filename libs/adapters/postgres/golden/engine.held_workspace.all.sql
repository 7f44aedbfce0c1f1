select w.name as workspace, h.since from engine.held_workspace h join registry.workspace w on w.id = h.workspace_id
order by w.name
