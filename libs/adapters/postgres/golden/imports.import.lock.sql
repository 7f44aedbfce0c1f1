select key_wrapped as "wrapped", received, size, state from imports.import where workspace_id = $1 and id = $2 for update
