select after from engine.intake where workspace_id = $1 and number = $2 and not done for update skip locked
