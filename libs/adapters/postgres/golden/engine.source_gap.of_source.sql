select g.workspace_id as "workspaceId", g.source_id as "sourceId", g.kind, g.from_at as "from", g.to_at as "to", g.found_at as "foundAt",
  g.settled_at as "settledAt", w.name as workspace, s.name as source, s.provider from engine.source_gap g
join registry.source s on s.workspace_id = g.workspace_id and s.id = g.source_id and s.state <> 'deleted'
join registry.workspace w on w.id = g.workspace_id where g.workspace_id = $1 and g.source_id = $2 order by g.from_at desc limit $3
