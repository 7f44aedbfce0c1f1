insert into sealing.workspace_key (workspace_id, day, purpose, wrapped)
select * from unnest($1::uuid[], $2::date[], $3::text[], $4::bytea[]) order by 1, 2, 3
on conflict do nothing
