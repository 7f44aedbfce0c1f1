insert into read.rule_counter (workspace_id, rule, version, day, measure, lane, count)
select r.workspace_id, r.rule, r.version, r.day, r.measure, r.lane, r.count
from unnest($1::uuid[], $2::text[], $3::integer[], $4::date[], $5::text[], $6::integer[], $7::bigint[]) as r(workspace_id, rule, version, day, measure, lane, count)
on conflict (workspace_id, rule, version, day, measure, lane) do update set count = rule_counter.count + excluded.count
