select inhrelid::regclass::text as name, right(c.relname, 7) as month
from pg_inherits join pg_class c on c.oid = inhrelid
where inhparent = 'log.record'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by 1
