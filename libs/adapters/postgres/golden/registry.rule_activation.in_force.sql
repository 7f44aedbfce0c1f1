select distinct on (a.rule) a.rule, a.version, max(a.number) over () as latest
from registry.rule_activation a
where a.workspace_id = $1 and a.topic = $2 and a.partition = $3 and a.position < $4
order by a.rule, a.number desc
