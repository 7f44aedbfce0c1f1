select count(distinct partition)::int as partitions from registry.rule_activation
where workspace_id = $1 and topic = $2 and number >= $3
