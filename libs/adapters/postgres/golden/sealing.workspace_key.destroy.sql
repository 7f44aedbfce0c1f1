delete from sealing.workspace_key where day < $1
