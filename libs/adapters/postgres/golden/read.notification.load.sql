select t.workspace_id as "workspaceId", t.effect_id as "effectId", t.contact_id as "contactId", t.state as "state", t.title as "title", t.body as "body", t.recipient as "recipient", t.rule as "rule", t.rule_version as "ruleVersion", t.requested_at as "requestedAt", t.opened_at as "openedAt", t.taken_by as "takenBy", t.taken_at as "takenAt", t.done_by as "doneBy", t.done_at as "doneAt"
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, effect_id)
join read.notification t on t.workspace_id = k.workspace_id and t.effect_id = k.effect_id
