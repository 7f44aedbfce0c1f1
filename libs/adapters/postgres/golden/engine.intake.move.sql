update engine.intake set after = $3, done = $4 where workspace_id = $1 and number = $2
