select w.name as workspace, p.inputs from registry.workspace w
cross join lateral (
  select count(*) as inputs from (
    select from engine.parked k where k.workspace_id = w.id and k.state = 'parked' limit $1
  ) waiting
) p
where p.inputs > 0 order by w.name
