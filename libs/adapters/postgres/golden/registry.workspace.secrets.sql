select id, secret_wrapped as wrapped from registry.workspace where $1::uuid is null or id = $1 order by id
