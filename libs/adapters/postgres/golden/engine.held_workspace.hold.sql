insert into engine.held_workspace (workspace_id, reason)
select w.id, 'poison' from unnest($1::uuid[]) as w(id)
cross join lateral (
  select count(*) as inputs from (
    select from engine.parked p
    where p.workspace_id = w.id and p.state = 'parked' and p.reason = 'poison' and p.parked_at > now() - interval '1 hour'
    limit $2
  ) recent
) poison
where poison.inputs >= $2
on conflict do nothing
