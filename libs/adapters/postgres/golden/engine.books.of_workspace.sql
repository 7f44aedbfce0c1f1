select workspace_id as "workspaceId", source_id as "sourceId", sum(accepted)::bigint as accepted, sum(applied)::bigint as applied, sum(duplicate)::bigint as duplicate,
       sum(too_late)::bigint as "tooLate", sum(parked)::bigint as parked, sum(quarantined)::bigint as quarantined,
       sum(accepted - applied - duplicate - too_late - parked - quarantined)::bigint as difference
from engine.books where workspace_id = $1 and hour >= $2 and hour < $3
group by workspace_id, source_id
