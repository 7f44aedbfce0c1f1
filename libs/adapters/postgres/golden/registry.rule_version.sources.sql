select v.rule, v.version, v.yaml, v.templates, v.attributes
from unnest($2::text[], $3::int[]) with ordinality as u(rule, version, n)
join registry.rule_version v on v.workspace_id = $1 and v.rule = u.rule and v.version = u.version
order by u.n
