select key_wrapped as "wrapped" from imports.import where workspace_id = $1 and id = $2 and epoch = $3
