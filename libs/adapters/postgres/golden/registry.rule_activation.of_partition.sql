select workspace_id as "workspaceId", rule, version, number, topic, partition, position
from registry.rule_activation where workspace_id = $1 and topic = $2 and partition = $3 order by number, rule
