select rule, revision, yaml, templates, based_on as "basedOn", author, changed_at as "changedAt" from registry.rule_draft where workspace_id = $1 and rule = $2 and ended_at is null
