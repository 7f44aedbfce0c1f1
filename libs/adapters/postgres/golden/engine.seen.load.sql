select key from engine.seen where workspace_id = $1 and month = $2 and key = any ($3::uuid[])
