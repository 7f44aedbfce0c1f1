select v.rule, n.name as attribute
from (select rules from registry.publication where workspace_id = $1 order by number desc limit 1) p
cross join lateral jsonb_to_recordset(p.rules) as r(rule text, version integer)
join registry.rule_version v on v.workspace_id = $1 and v.rule = r.rule and v.version = r.version
join unnest($2::text[]) as n(name) on v.attributes ? n.name
order by v.rule, n.name
