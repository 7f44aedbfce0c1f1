select rule, version, hash from registry.rule_version
where workspace_id = $1 and rule = any ($2::text[]) order by rule, version
