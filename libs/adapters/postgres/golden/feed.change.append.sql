with asked as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::uuid[])
    with ordinality as u(workspace_id, contact_id, version, recorded_at, mark, at)
), counted as (
  select workspace_id, count(*) as n from asked group by workspace_id order by workspace_id
), head as (
  insert into feed.head as h (workspace_id, position) select workspace_id, n from counted order by workspace_id
  on conflict (workspace_id) do update set position = h.position + excluded.position
  returning workspace_id, position
)
insert into feed.change (workspace_id, position, contact_id, version, recorded_at, mark)
select a.workspace_id, head.position - counted.n + row_number() over (partition by a.workspace_id order by a.at),
  a.contact_id, a.version, a.recorded_at, a.mark
from counted join head using (workspace_id) join asked a using (workspace_id)
