insert into registry.owner as o (workspace_id, email, name, zone, hours) values ($1, $2, $3, $4, $5)
on conflict (workspace_id, email) do update
set name = excluded.name, zone = excluded.zone, hours = excluded.hours, version = o.version + 1, updated_at = now()
where (o.name, o.zone, o.hours) is distinct from (excluded.name, excluded.zone, excluded.hours)
