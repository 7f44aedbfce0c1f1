select role from registry.read_role order by role
