with settled as (
  update deliveries.quarantine q set state = 'redriven'
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::float8[]) as u(workspace_id, id, source_id, hour)
  where q.workspace_id = u.workspace_id and q.id = u.id and q.state = 'open'
  returning q.workspace_id, u.source_id, u.hour
)
insert into engine.books as b (workspace_id, source_id, hour, writer, accepted, quarantined)
select workspace_id, source_id, to_timestamp(hour / 1000), $1, -count(*), -count(*) from settled group by 1, 2, 3 order by 1, 2, 3
on conflict (workspace_id, source_id, hour, writer) do update
set accepted = b.accepted + excluded.accepted, quarantined = b.quarantined + excluded.quarantined
