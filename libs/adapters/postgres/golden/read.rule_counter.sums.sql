select rule, version, measure, sum(count)::bigint as count from read.rule_counter
where workspace_id = $1 and day >= $2::date
group by rule, version, measure
order by rule, version, measure
