update registry.rule_draft set revision = revision + 1, yaml = $3, templates = $4, based_on = $5, author = $6,
  changed_at = to_timestamp($7::double precision / 1000), ended_at = null
where workspace_id = $1 and rule = $2 returning rule, revision, yaml, templates, based_on as "basedOn", author, changed_at as "changedAt"
