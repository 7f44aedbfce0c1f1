select t.pii ->> 'error' as error, v.yaml
from read.timeline t
join registry.rule_version v on v.workspace_id = t.workspace_id and v.rule = $2 and v.version = $3
where t.workspace_id = $1 and t.recorded_at >= $4 and t.type = 'rule_failed'
  and t.data ->> 'rule' = $2 and (t.data ->> 'version')::integer = $3 and t.pii ? 'error'
order by t.recorded_at desc
limit 1
