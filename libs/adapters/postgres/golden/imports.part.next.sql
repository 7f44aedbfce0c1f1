select at, sealed from imports.part where workspace_id = $1 and import_id = $2 and kind = $3 and at > $4
order by at limit 1
