insert into registry.rule_activation (workspace_id, rule, version, number, topic, partition, position)
select p.workspace_id, r.rule, r.version, p.number, $1, g.partition, -1
from (select distinct on (workspace_id) workspace_id, number, rules from registry.publication order by workspace_id, number desc) p
cross join lateral jsonb_to_recordset(p.rules::jsonb) as r(rule text, version integer)
cross join generate_series(0, $2::integer - 1) as g(partition)
order by 1, 2, 4, 6
on conflict do nothing
