insert into registry.attribute as a (workspace_id, name, scalar, list, enum_values, description, deprecated, aliases)
values ($1, $2, $3, $4, $5::text[], $6, $7, $8::text[])
on conflict (workspace_id, name) do update set scalar = excluded.scalar, list = excluded.list, enum_values = excluded.enum_values,
  description = excluded.description, deprecated = excluded.deprecated, aliases = excluded.aliases,
  version = a.version + 1, updated_at = now()
where (a.scalar, a.list, a.enum_values, a.description, a.deprecated, a.aliases)
  is distinct from (excluded.scalar, excluded.list, excluded.enum_values, excluded.description, excluded.deprecated, excluded.aliases)
