delete from deliveries.replay_token where seen_at < $1
