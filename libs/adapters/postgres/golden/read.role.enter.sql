insert into registry.read_role (role, workspace_id) values ($1, $2)
on conflict (role) do update set workspace_id = excluded.workspace_id
