select i.inhrelid::regclass::text as name, right(c.relname, 7) as month
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = $1::text::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by 1
