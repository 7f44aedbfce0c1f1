update imports.import set about = $4 where workspace_id = $1 and id = $2 and epoch = $3 returning id
