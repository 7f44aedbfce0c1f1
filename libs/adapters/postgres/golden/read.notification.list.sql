select t.workspace_id as "workspaceId", t.effect_id as "effectId", t.contact_id as "contactId", t.state as "state", t.title as "title", t.body as "body", t.recipient as "recipient", t.rule as "rule", t.rule_version as "ruleVersion", t.requested_at as "requestedAt", t.opened_at as "openedAt", t.taken_by as "takenBy", t.taken_at as "takenAt", t.done_by as "doneBy", t.done_at as "doneAt", c.email, c.owner, coalesce((select d.score from read.score_today d where d.workspace_id = c.workspace_id and d.contact_id = c.contact_id), 0) as score
from unnest($2::text[]) as s(state)
cross join lateral (
  select n.* from read.notification n
  where n.workspace_id = $1 and n.state = s.state
    and (n.opened_at, n.effect_id) < ($3::timestamptz, $4::uuid)
  order by n.opened_at desc, n.effect_id desc
  limit $5
) t
left join read.contact c on c.workspace_id = t.workspace_id and c.contact_id = t.contact_id
order by t.opened_at desc, t.effect_id desc
limit $5
