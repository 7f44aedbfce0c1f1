select source_id as "sourceId", hour, sum(count)::bigint as count from read.source_counter
where workspace_id = $1 and source_id = any($2::uuid[]) and hour >= $3 and not imported
group by source_id, hour
