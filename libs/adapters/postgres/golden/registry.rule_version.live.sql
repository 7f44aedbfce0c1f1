select v.rule, v.version, v.hash, v.yaml, v.templates, v.attributes, v.author, v.note, v.created_at as "createdAt"
from (select rules from registry.publication where workspace_id = $1 order by number desc limit 1) p
cross join lateral jsonb_to_recordset(p.rules) as r(rule text, version integer)
join registry.rule_version v on v.workspace_id = $1 and v.rule = r.rule and v.version = r.version
order by v.rule
