select w.name as workspace, q.waiting
from registry.workspace w
cross join lateral (
  select count(*)::int as waiting
  from (select 1 from deliveries.quarantine where workspace_id = w.id and state = 'open' limit $1) open
) q
where q.waiting > 0 order by w.name
