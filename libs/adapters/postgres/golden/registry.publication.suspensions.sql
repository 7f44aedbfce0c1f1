select was.rule, was.version, p.author, p.created_at as since
from registry.publication p
join registry.publication before on before.workspace_id = p.workspace_id and before.number = p.number - 1
cross join lateral jsonb_to_recordset(before.rules) as was(rule text, version integer)
where p.workspace_id = $1 and starts_with(p.author, $2) and was.version is not null
  and p.rules @> jsonb_build_array(jsonb_build_object('rule', was.rule, 'version', null))
  and not exists (
    select from registry.publication after
    where after.workspace_id = $1 and after.number > p.number and jsonb_path_exists(
      after.rules, '$[*] ? (@.rule == $rule && @.version != null)', jsonb_build_object('rule', was.rule))
  )
order by was.rule
