select d.workspace_id as "workspaceId", d.rule, d.version, d.failed
from read.rule_daily d
join lateral (
  select p.rules from registry.publication p where p.workspace_id = d.workspace_id order by p.number desc limit 1
) latest on true
where d.day >= $1::date and d.failed >= $2 and d.failed > d.fired
  and latest.rules @> jsonb_build_array(jsonb_build_object('rule', d.rule, 'version', d.version))
order by d.workspace_id, d.rule
