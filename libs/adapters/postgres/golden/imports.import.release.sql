update imports.import set state = 'waiting', owner = null, leased_until = null, tries = tries - $4 where workspace_id = $1 and id = $2 and epoch = $3 and state = 'running'
