insert into engine.seen (workspace_id, key, month)
select $1::uuid, u.key, $2::date from unnest($3::uuid[]) as u(key)
on conflict do nothing
