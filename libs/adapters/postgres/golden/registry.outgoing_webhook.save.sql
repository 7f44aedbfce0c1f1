insert into registry.outgoing_webhook as w (workspace_id, url_wrapped, secret_wrapped) values ($1, $2, $3)
on conflict (workspace_id) do update
set url_wrapped = excluded.url_wrapped, secret_wrapped = excluded.secret_wrapped, state = 'active', version = w.version + 1,
  updated_at = now()
returning version
