delete from sealing.workspace_key where day < $1 and purpose = $2
