select distinct e.workspace_id as "workspaceId"
from unnest($1::integer[], $2::bigint[], $3::bigint[]) as v(lane, first, next)
join engine.event e on e.lane = v.lane and e.position >= v.first and e.position < v.next
order by 1
