insert into registry.workspace (id, name, secret_wrapped) values ($1, $2, $3)
   on conflict (name) do nothing
   returning id, name, created_at as "createdAt"
