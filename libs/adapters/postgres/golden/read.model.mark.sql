insert into read.model (name, version) select name, version from unnest($1::text[], $2::integer[]) as r(name, version)
on conflict (name) do update set version = excluded.version
