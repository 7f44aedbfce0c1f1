insert into imports.part (workspace_id, import_id, kind, at, sealed) values ($1, $2, $3, $4, $5) on conflict do nothing
