select rule, version, hash, yaml, author, note, created_at as "createdAt" from registry.rule_version
where workspace_id = $1 order by rule, version desc
