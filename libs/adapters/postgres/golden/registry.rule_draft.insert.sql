insert into registry.rule_draft (workspace_id, rule, revision, yaml, templates, based_on, author, changed_at)
values ($1, $2, 1, $3, $4, $5, $6, to_timestamp($7::double precision / 1000)) on conflict do nothing returning rule, revision, yaml, templates, based_on as "basedOn", author, changed_at as "changedAt"
