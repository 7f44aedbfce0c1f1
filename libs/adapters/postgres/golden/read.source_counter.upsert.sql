insert into read.source_counter (workspace_id, source_id, hour, type, imported, lane, count)
select r.workspace_id, r.source_id, r.hour, r.type, r.imported, r.lane, r.count
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::boolean[], $6::integer[], $7::bigint[]) as r(workspace_id, source_id, hour, type, imported, lane, count)
on conflict (workspace_id, source_id, hour, type, imported, lane) do update set count = source_counter.count + excluded.count
