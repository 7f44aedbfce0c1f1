insert into registry.idempotent_request as r (workspace_id, key_id, fingerprint, started_at)
values ($1, $2, $3, $4)
on conflict (workspace_id, key_id) do update set fingerprint = excluded.fingerprint, started_at = excluded.started_at, sealed = null
where r.started_at <= $5 or (r.sealed is null and r.started_at <= $6 and r.fingerprint = excluded.fingerprint)
returning key_id
