select email, name, zone, hours from registry.owner where workspace_id = $1 order by email
