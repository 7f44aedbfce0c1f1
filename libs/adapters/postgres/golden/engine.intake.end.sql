update engine.intake set done = true where workspace_id = $1 and number = $2
