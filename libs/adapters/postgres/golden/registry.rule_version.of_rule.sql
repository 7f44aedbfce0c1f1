select rule, version, hash, yaml, templates, attributes, author, note, created_at as "createdAt"
from registry.rule_version where workspace_id = $1 and rule = $2 order by version desc
