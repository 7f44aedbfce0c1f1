insert into engine.seen (workspace_id, key, month)
select * from unnest($1::uuid[], $2::uuid[], $3::date[])
on conflict do nothing
