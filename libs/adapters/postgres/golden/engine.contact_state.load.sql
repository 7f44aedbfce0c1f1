select (u.n - 1)::int as n, k.wrapped, s.version, s.sealed, p.parked is not null as parked
from unnest($1::uuid[], $2::uuid[]) with ordinality as u(workspace_id, contact_id, n)
left join lateral (
  select wrapped from sealing.contact_key k
  where k.workspace_id = u.workspace_id and k.contact_id = u.contact_id limit 1
) k on true
left join lateral (
  select version, sealed from engine.contact_state s
  where s.workspace_id = u.workspace_id and s.contact_id = u.contact_id limit 1
) s on true
left join lateral (
  select true as parked from engine.parked p
  where p.workspace_id = u.workspace_id and p.contact_id = u.contact_id and p.state = 'parked' limit 1
) p on true
