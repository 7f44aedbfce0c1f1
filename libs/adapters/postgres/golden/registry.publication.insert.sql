insert into registry.publication (id, workspace_id, number, rules, author) values ($1, $2, $3, $4, $5)
