insert into registry.team as t (workspace_id, name, members) values ($1, $2, $3::text[])
on conflict (workspace_id, name) do update set members = excluded.members, version = t.version + 1, updated_at = now()
where t.members is distinct from excluded.members
