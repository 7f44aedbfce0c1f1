select not exists (select from engine.books where workspace_id = $1) as fresh
