select 1 from registry.source where path = $1
