select w.id, w.workspace_id as "workspaceId" from registry.webhook w
join feed.head h on h.workspace_id = w.workspace_id
where w.state = 'active' and w.position < h.position
order by w.id
