update registry.rule_draft set revision = revision + 1, ended_at = to_timestamp($4::double precision / 1000)
where workspace_id = $1 and rule = $2 and revision = $3 and ended_at is null
