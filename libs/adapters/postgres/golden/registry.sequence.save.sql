insert into registry.sequence as s (workspace_id, name, description)
select $1, d.name, d.description from unnest($2::text[], $3::text[]) as d(name, description)
on conflict (workspace_id, name) do update set description = excluded.description, updated_at = now()
where s.description <> excluded.description
