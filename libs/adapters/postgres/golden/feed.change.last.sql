select h.position, coalesce(c.mark, h.floor_mark) as mark from feed.head h
left join feed.change c on c.workspace_id = h.workspace_id and c.position = h.position
where h.workspace_id = $1
