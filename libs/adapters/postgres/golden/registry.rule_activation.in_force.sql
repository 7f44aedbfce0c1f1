select distinct on (rule) rule, version, max(number) over () as number
from registry.rule_activation
where workspace_id = $1 and topic = $2 and partition = $3 and position < $4
order by rule, number desc
