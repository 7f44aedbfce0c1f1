select format('%I.%I', n.nspname, c.relname) as name, c.oid from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'read' and not c.relispartition
  and (c.relkind in ('r', 'p') and c.relrowsecurity or c.relkind = 'v' and 'security_invoker=true' = any(c.reloptions)
    or c.relname = 'model')
order by c.relname
