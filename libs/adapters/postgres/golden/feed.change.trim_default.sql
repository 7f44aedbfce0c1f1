with gone as (delete from feed.change_default where fed_at < $1 returning workspace_id, position, mark)
update feed.head h set floor = g.position, floor_mark = g.mark
from (select distinct on (workspace_id) workspace_id, position, mark from gone order by workspace_id, position desc) g
where h.workspace_id = g.workspace_id and g.position > h.floor
