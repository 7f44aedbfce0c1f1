insert into deliveries.replay_token as t (workspace_id, source_id, token_hash, body_hash, seen_at)
values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
on conflict (workspace_id, source_id, token_hash) do update set body_hash = t.body_hash
returning body_hash = $4 as mine
