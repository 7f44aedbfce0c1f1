select (u.n - 1)::int as n
from unnest($1::uuid[], $2::uuid[], $3::date[]) with ordinality as u(workspace_id, key, month, n)
cross join lateral (
  select from engine.seen s
  where s.workspace_id = u.workspace_id and s.key = u.key and s.month = u.month limit 1
) s
