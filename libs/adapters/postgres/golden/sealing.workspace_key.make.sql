insert into sealing.workspace_key (workspace_id, day, wrapped)
select * from unnest($1::uuid[], $2::date[], $3::bytea[]) order by 1, 2
on conflict do nothing
