select rule, day, sum(count)::bigint as fired from read.rule_counter
where workspace_id = $1 and day >= $2::date and measure = 'fired'
group by rule, day
