insert into read.source_counter (workspace_id, source_id, hour, type, lane, count)
select r.workspace_id, r.source_id, r.hour, r.type, r.lane, r.count
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::integer[], $6::bigint[]) as r(workspace_id, source_id, hour, type, lane, count)
on conflict (workspace_id, source_id, hour, type, lane) do update set count = source_counter.count + excluded.count
