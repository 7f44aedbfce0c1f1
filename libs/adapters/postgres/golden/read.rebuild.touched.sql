select distinct e.workspace_id as "workspaceId", e.contact_id as "contactId"
from unnest($1::integer[], $2::bigint[], $3::bigint[]) as v(lane, first, next)
join engine.event e on e.lane = v.lane and e.position >= v.first and e.position < v.next
order by 1, 2
