select source_id as "sourceId", type, sum(count)::bigint as count from read.source_counter
where workspace_id = $1 and source_id = any($2::uuid[]) and hour >= $3
group by source_id, type
order by source_id, count desc, type
