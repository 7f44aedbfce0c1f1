select d.workspace_id as "workspaceId", d.rule, d.version, d.failed, d.fired, start.number as since,
  start.created_at >= d.day::timestamp at time zone 'UTC' and exists (
    select from registry.publication p where p.workspace_id = d.workspace_id and p.number < start.number and p.rules @> it.self
  ) as "cameBack"
from read.rule_daily d
cross join lateral (select jsonb_build_array(jsonb_build_object('rule', d.rule, 'version', d.version)) as self) it
cross join lateral (
  select p.rules from registry.publication p where p.workspace_id = d.workspace_id order by p.number desc limit 1
) latest
cross join lateral (
  select p.number, p.created_at from registry.publication p
  where p.workspace_id = d.workspace_id and p.number > (
    select coalesce(max(without.number), 0) from registry.publication without
    where without.workspace_id = d.workspace_id and not without.rules @> it.self)
  order by p.number limit 1
) start
where d.day >= $1::date and d.failed >= $2 and d.failed > d.fired and latest.rules @> it.self
order by d.workspace_id, d.rule
