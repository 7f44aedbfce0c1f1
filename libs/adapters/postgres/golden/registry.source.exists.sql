select 1 from registry.source where workspace_id = $1 and id = $2 and state <> 'deleted'
