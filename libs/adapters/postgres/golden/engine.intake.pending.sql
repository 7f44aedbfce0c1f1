select w.id as "workspaceId", p.number,
  (select coalesce(jsonb_agg(distinct r), '[]') from registry.publication q cross join lateral jsonb_array_elements(q.rules) r
   where q.workspace_id = w.id and q.number > case when i.done then i.number else i.number - 1 end and jsonb_typeof(r -> 'version') = 'number'
  ) as versions
from registry.workspace w
cross join lateral (
  select number from registry.publication where workspace_id = w.id order by number desc limit 1
) p
left join lateral (
  select k.number, k.done from engine.intake k where k.workspace_id = w.id
  union all select 0, true limit 1
) i on true
where i.number < p.number or not i.done
order by w.id
