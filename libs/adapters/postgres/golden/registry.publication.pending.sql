select w.name as workspace, p.number, p.created_at as "publishedAt", coalesce(a.partitions, 0)::integer as partitions
from registry.workspace w
cross join lateral (
  select number, created_at from registry.publication where workspace_id = w.id order by number desc limit 1
) p
cross join lateral (
  select count(distinct partition) as partitions from registry.rule_activation
  where workspace_id = w.id and topic = $1 and number >= p.number
) a
where a.partitions < $2
order by w.name
