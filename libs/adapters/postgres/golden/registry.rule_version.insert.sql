insert into registry.rule_version (workspace_id, rule, version, hash, yaml, templates, attributes, author, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
