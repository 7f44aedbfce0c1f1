select r.role, t.name from registry.read_role r
join pg_roles p on p.rolname = r.role
cross join (select format('%I.%I', n.nspname, c.relname) as name, c.oid from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'read' and not c.relispartition
  and (c.relkind in ('r', 'p') and c.relrowsecurity or c.relkind = 'v' and 'security_invoker=true' = any(c.reloptions)
    or c.relname = 'model')
order by c.relname) t
where not has_table_privilege(p.oid, t.oid, 'select')
order by r.role, t.name
