select id from registry.workspace where id = $1 for no key update
