select rule, revision, yaml, templates, based_on as "basedOn", author, changed_at as "changedAt", ended_at is not null as ended from registry.rule_draft
where workspace_id = $1 and rule = $2 for update
