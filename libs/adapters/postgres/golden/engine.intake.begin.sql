insert into engine.intake as i (workspace_id, number, after, done) values ($1, $2, null, false)
on conflict (workspace_id) do update set number = excluded.number, after = null, done = false where i.number < excluded.number
